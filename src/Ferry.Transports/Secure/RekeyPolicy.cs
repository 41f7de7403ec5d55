namespace Ferry.Transports.Secure;

/// <summary>
/// How much one key seals. AES-GCM with counter nonces stays far from its bounds (NIST SP 800-38D §8, and the
/// birthday bound of a 128-bit block) at 2^32 frames or 64 GiB, which is 2^32 blocks.
/// </summary>
internal sealed record RekeyPolicy(long FramesMax, long BytesMax)
{
    public static readonly RekeyPolicy Standard = new(1L << 32, 64L << 30);
}
