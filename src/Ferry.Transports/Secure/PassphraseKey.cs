using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Math;
using ECPoint = Org.BouncyCastle.Math.EC.ECPoint;

namespace Ferry.Transports.Secure;

/// <summary>
/// What a passphrase becomes once, at the start: the number w of SPAKE2 (RFC 9382) on P-256, stretched by PBKDF2, and
/// its multiples of the two points of which nobody knows the logarithm.
/// </summary>
public sealed class PassphraseKey
{
    public const int Iterations = 600_000;

    /// <summary>64 bits more than the order has, so that w is uniform (RFC 9382 §4).</summary>
    private const int StretchedBytes = 40;

    internal static readonly X9ECParameters Curve = CustomNamedCurves.GetByName("secp256r1");

    // RFC 9382 §6, made of a public text by hashing.
    private static readonly ECPoint M = Point("02886e2f97ace46e55ba9dd7242579f2993b64e16ef3dcab95afd497333d8fa12f");
    private static readonly ECPoint N = Point("03d8bbd6c639c62937b04d997f38c3770719c629d7014d49a24b4f98baa1292b49");

    internal PassphraseKey(BigInteger w)
    {
        W = w;
        OfDialer = M.Multiply(w).Normalize();
        OfListener = N.Multiply(w).Normalize();
    }

    internal BigInteger W { get; }

    /// <summary>Hides the dialer's share: w M.</summary>
    internal ECPoint OfDialer { get; }

    /// <summary>Hides the listener's share: w N.</summary>
    internal ECPoint OfListener { get; }

    /// <summary>Takes some tenths of a second.</summary>
    public static PassphraseKey Of(string passphrase)
    {
        var stretched = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(passphrase.Normalize(NormalizationForm.FormC)), "ferry passphrase"u8, Iterations,
            HashAlgorithmName.SHA256, StretchedBytes);
        var key = new PassphraseKey(new BigInteger(1, stretched).Mod(Curve.N));
        CryptographicOperations.ZeroMemory(stretched);
        return key;
    }

    private static ECPoint Point(string hexadecimal) =>
        Curve.Curve.DecodePoint(Convert.FromHexString(hexadecimal));
}
