using System.Buffers.Binary;
using System.Security.Cryptography;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC.Multiplier;
using ECPoint = Org.BouncyCastle.Math.EC.ECPoint;

namespace Ferry.Transports.Secure;

/// <summary>
/// One side of one run of SPAKE2 (RFC 9382, P-256, SHA-256, HKDF, HMAC): two nodes with the same passphrase come to the
/// same key, and one with another learns from a run only that its guess was wrong. What is said on the way is a random
/// point to everybody else, so it cannot be tried offline. The dialer is A, the listener B.
/// </summary>
internal sealed class Spake2
{
    /// <summary>A point, uncompressed.</summary>
    public const int ShareBytes = 65;

    private readonly PassphraseKey _key;
    private readonly bool _dialed;
    private readonly BigInteger _secret;
    private byte[] _own = [];
    private byte[] _others = [];

    public Spake2(PassphraseKey key, bool dialed) : this(key, dialed, NewSecret()) { }

    internal Spake2(PassphraseKey key, bool dialed, BigInteger secret)
    {
        (_key, _dialed, _secret) = (key, dialed, secret);
        var hidden = new FixedPointCombMultiplier().Multiply(PassphraseKey.Curve.G, secret);
        Share = hidden.Add(dialed ? key.OfDialer : key.OfListener).Normalize().GetEncoded(compressed: false);
    }

    /// <summary>What the other side is told.</summary>
    public byte[] Share { get; }

    /// <summary>The proof that this side knows the passphrase, after <see cref="Meet"/>.</summary>
    public ReadOnlyMemory<byte> Own => _own;

    /// <summary>The proof that the other side has to give.</summary>
    public ReadOnlyMemory<byte> Others => _others;

    /// <summary>False when the other's share is no point of the curve, or one that gives nothing away.</summary>
    /// <param name="context">Both confirm that they see the same: the additional data of the confirmation.</param>
    public bool Meet(
        ReadOnlySpan<byte> share, ReadOnlySpan<byte> dialer, ReadOnlySpan<byte> listener, ReadOnlySpan<byte> context)
    {
        if (Read(share) is not { } point) return false;
        var group = point.Subtract(_dialed ? _key.OfListener : _key.OfDialer).Multiply(_secret).Normalize();
        if (group.IsInfinity) return false;
        using var transcript = new MemoryStream();
        Write(transcript, dialer);
        Write(transcript, listener);
        Write(transcript, _dialed ? Share : share);
        Write(transcript, _dialed ? share : Share);
        Write(transcript, group.GetEncoded(compressed: false));
        Write(transcript, Padded(_key.W));
        var all = transcript.ToArray();
        var confirming = SHA256.HashData(all).AsSpan(16);
        Span<byte> keys = stackalloc byte[32];
        HKDF.DeriveKey(
            HashAlgorithmName.SHA256, confirming, keys, [], [.. "ConfirmationKeys"u8, .. context]);
        var ofDialer = HMACSHA256.HashData(keys[..16], all);
        var ofListener = HMACSHA256.HashData(keys[16..], all);
        (_own, _others) = _dialed ? (ofDialer, ofListener) : (ofListener, ofDialer);
        CryptographicOperations.ZeroMemory(all);
        CryptographicOperations.ZeroMemory(keys);
        return true;
    }

    private static ECPoint? Read(ReadOnlySpan<byte> share)
    {
        if (share.Length != ShareBytes || share[0] != 4) return null;
        var (curve, half) = (PassphraseKey.Curve.Curve, ShareBytes / 2);
        var x = new BigInteger(1, share.Slice(1, half).ToArray());
        var y = new BigInteger(1, share[(1 + half)..].ToArray());
        var field = curve.Field.Characteristic;
        if (x.CompareTo(field) >= 0 || y.CompareTo(field) >= 0) return null;
        var point = curve.CreatePoint(x, y);
        return point.IsValid() ? point : null;
    }

    /// <summary>Lengths are of 8 bytes, little endian (RFC 9382 §4).</summary>
    private static void Write(MemoryStream transcript, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, part.Length);
        transcript.Write(length);
        transcript.Write(part);
    }

    private static byte[] Padded(BigInteger number)
    {
        var bytes = number.ToByteArrayUnsigned();
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    /// <summary>From 1 to the order, both without: drawn until it fits.</summary>
    private static BigInteger NewSecret()
    {
        while (true)
        {
            var drawn = new BigInteger(1, RandomNumberGenerator.GetBytes(32));
            if (drawn.SignValue > 0 && drawn.CompareTo(PassphraseKey.Curve.N) < 0) return drawn;
        }
    }
}
