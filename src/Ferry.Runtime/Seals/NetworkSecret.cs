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
    private const int TagBytes = 8;
    private const int SaltBytes = 24;
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int OnceBytes = KeyBytes + NonceBytes;
    private const int SealBytes = 16;
    private const int BoxOverhead = TagBytes + SaltBytes + SealBytes;

    public Bytes32 Key { get; } = key;

    /// <summary>Names the key to those who have it, and to all others only that it is the same one again.</summary>
    public ulong Tag { get; } = BinaryPrimitives.ReadUInt64BigEndian(Derive(key, "ferry network tag 1"u8, 8));

    /// <summary>Which key a box is sealed with; null when it is too short for one.</summary>
    public static ulong? TagOf(ReadOnlySpan<byte> box) =>
        box.Length < BoxOverhead ? null : BinaryPrimitives.ReadUInt64BigEndian(box);

    /// <summary>
    /// Tag of the key, salt, ciphertext and its tag. Key and nonce are derived of a salt of 192 random bits for each
    /// box, so that all members together may seal as many as they like: of nonces alone, of 96 bits, two would be the
    /// same too soon.
    /// </summary>
    public byte[] Seal(ReadOnlySpan<byte> text, ReadOnlySpan<byte> associated)
    {
        var box = new byte[BoxOverhead + text.Length];
        BinaryPrimitives.WriteUInt64BigEndian(box, Tag);
        Seal(MessageLabel, text, associated, box.AsSpan(TagBytes));
        return box;
    }

    /// <summary>Null when the box is not sealed with this key for these ends.</summary>
    public byte[]? Open(ReadOnlySpan<byte> box, ReadOnlySpan<byte> associated) =>
        TagOf(box) == Tag ? Open(MessageLabel, box[TagBytes..], associated) : null;

    /// <summary>The same without the tag, by which outsiders would know members again wherever they are.</summary>
    public byte[] SealReply(ReadOnlySpan<byte> text, ReadOnlySpan<byte> associated)
    {
        var box = new byte[BoxOverhead - TagBytes + text.Length];
        Seal(ReplyLabel, text, associated, box);
        return box;
    }

    /// <summary>Null when the box is not sealed with this key for this reply.</summary>
    public byte[]? OpenReply(ReadOnlySpan<byte> box, ReadOnlySpan<byte> associated) =>
        box.Length < BoxOverhead - TagBytes ? null : Open(ReplyLabel, box, associated);

    /// <summary>By which members that have found each other prove in a handshake that they are (§2.7).</summary>
    public byte[] LinkSecret => Derive(Key, "ferry network link 1"u8, Bytes32.Length);

    /// <param name="box">Salt, ciphertext and its tag.</param>
    private void Seal(
        ReadOnlySpan<byte> label, ReadOnlySpan<byte> text, ReadOnlySpan<byte> associated, Span<byte> box)
    {
        var salt = box[..SaltBytes];
        RandomNumberGenerator.Fill(salt);
        Span<byte> once = stackalloc byte[OnceBytes];
        DeriveOnce(label, salt, once);
        using var aes = new AesGcm(once[..KeyBytes], SealBytes);
        var sealedText = box[SaltBytes..];
        aes.Encrypt(once[KeyBytes..], text, sealedText[..text.Length], sealedText[text.Length..], associated);
        CryptographicOperations.ZeroMemory(once);
    }

    private byte[]? Open(ReadOnlySpan<byte> label, ReadOnlySpan<byte> box, ReadOnlySpan<byte> associated)
    {
        var text = new byte[box.Length - SaltBytes - SealBytes];
        Span<byte> once = stackalloc byte[OnceBytes];
        DeriveOnce(label, box[..SaltBytes], once);
        using var aes = new AesGcm(once[..KeyBytes], SealBytes);
        try
        {
            aes.Decrypt(once[KeyBytes..], box[SaltBytes..^SealBytes], box[^SealBytes..], text, associated);
            return text;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(once);
        }
    }

    /// <summary>For people who compare: 40 bits of the tag.</summary>
    public string Fingerprint => $"{Tag >> 44:x5}-{(Tag >> 24) & 0xFFFFF:x5}";

    /// <summary>Of two keys the one that comes first is every member's: its digest is the smaller.</summary>
    public bool ComesBefore(NetworkSecret other) =>
        Derive(Key, Order, Bytes32.Length).AsSpan().SequenceCompareTo(Derive(other.Key, Order, Bytes32.Length)) < 0;

    public static NetworkSecret New() => new(Bytes32.From(RandomNumberGenerator.GetBytes(Bytes32.Length)));

    private void DeriveOnce(ReadOnlySpan<byte> label, ReadOnlySpan<byte> salt, Span<byte> once)
    {
        Span<byte> info = stackalloc byte[label.Length + SaltBytes];
        label.CopyTo(info);
        salt.CopyTo(info[label.Length..]);
        HKDF.Expand(HashAlgorithmName.SHA256, Key.ToArray(), once, info);
    }

    private static ReadOnlySpan<byte> MessageLabel => "ferry network message 1"u8;

    private static ReadOnlySpan<byte> ReplyLabel => "ferry network reply 1"u8;

    private static ReadOnlySpan<byte> Order => "ferry network order 1"u8;

    private static byte[] Derive(Bytes32 key, ReadOnlySpan<byte> info, int bytes)
    {
        var derived = new byte[bytes];
        HKDF.Expand(HashAlgorithmName.SHA256, key.ToArray(), derived, info);
        return derived;
    }
}
