using System.Buffers.Binary;
using System.Security.Cryptography;
using Ferry.Protocol.Values;

namespace Ferry.Runtime.Seals;

/// <summary>
/// The key of a network: 32 random bytes that all its members have. It is never used itself; each use has a key of its
/// own, derived under a label (HKDF).
/// </summary>
internal sealed class NetworkSecret(Bytes32 key)
{
    public Bytes32 Key { get; } = key;

    /// <summary>Names the key to those who have it, and to all others only that it is the same one again.</summary>
    public ulong Tag { get; } = BinaryPrimitives.ReadUInt64BigEndian(Derive(key, "ferry network tag 1"u8, 8));

    /// <summary>For people who compare: 40 bits of the tag.</summary>
    public string Fingerprint => $"{Tag >> 44:x5}-{(Tag >> 24) & 0xFFFFF:x5}";

    /// <summary>Of two keys the one that comes first is every member's: its digest is the smaller.</summary>
    public bool ComesBefore(NetworkSecret other) =>
        Derive(Key, Order, Bytes32.Length).AsSpan().SequenceCompareTo(Derive(other.Key, Order, Bytes32.Length)) < 0;

    public static NetworkSecret New() => new(Bytes32.From(RandomNumberGenerator.GetBytes(Bytes32.Length)));

    private static ReadOnlySpan<byte> Order => "ferry network order 1"u8;

    private static byte[] Derive(Bytes32 key, ReadOnlySpan<byte> info, int bytes)
    {
        var derived = new byte[bytes];
        HKDF.Expand(HashAlgorithmName.SHA256, key.ToArray(), derived, info);
        return derived;
    }
}
