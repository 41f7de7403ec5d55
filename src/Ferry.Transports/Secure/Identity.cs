using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ferry.Protocol.Values;

namespace Ferry.Transports.Secure;

/// <summary>
/// Who this node is: a P-256 key pair. The node id is SHA-256 of the public key's SubjectPublicKeyInfo in DER
/// (RFC 5480, the point uncompressed), so whoever proves the key proves the id, and no authority is needed.
/// </summary>
public sealed class Identity : IDisposable
{
    /// <summary>A signature: two numbers of 32 bytes (IEEE P1363).</summary>
    public const int SignatureBytes = 64;

    /// <summary>A SubjectPublicKeyInfo in DER.</summary>
    public const int PublicKeyBytes = 91;

    private const string Curve = "1.2.840.10045.3.1.7";

    // The names and dates in the certificate are not checked: TLS only requires one around the key.
    private static readonly DateTimeOffset ValidFrom = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset ValidTo = new(2120, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ECDsa _key;
    private readonly byte[] _publicKey;
    private readonly Lock _lock = new();

    private Identity(ECDsa key)
    {
        _key = key;
        _publicKey = key.ExportSubjectPublicKeyInfo();
        Id = IdOf(_publicKey);
        var request = new CertificateRequest("CN=ferry", key, HashAlgorithmName.SHA256);
        Certificate = request.CreateSelfSigned(ValidFrom, ValidTo);
    }

    public NodeId Id { get; }

    /// <summary>The SubjectPublicKeyInfo in DER.</summary>
    public ReadOnlyMemory<byte> PublicKey => _publicKey;

    internal X509Certificate2 Certificate { get; }

    /// <summary>
    /// What comes before X and Y: algorithm id-ecPublicKey on secp256r1, and a bit string that begins with 04 for an
    /// uncompressed point (RFC 5480 §2).
    /// </summary>
    private static ReadOnlySpan<byte> PublicKeyHead =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01,
        0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ];

    /// <summary>A new key that is kept nowhere.</summary>
    public static Identity Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>The key in <c>node.key</c> of the home, made at the first call.</summary>
    /// <exception cref="IdentityException">The file cannot be used; the message says why and what to do.</exception>
    public static Identity Open(string home) => new(KeyFile.ReadOrCreate(Path.Combine(home, KeyFile.Name)));

    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        lock (_lock) return _key.SignData(data, HashAlgorithmName.SHA256);
    }

    /// <summary>
    /// Whether <paramref name="publicKey"/> is the signer's and signed the data. Takes any bytes; never throws.
    /// </summary>
    public static bool Verify(
        NodeId signer, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureBytes || IdOf(publicKey) != signer) return false;
        using var key = TryReadPublicKey(publicKey);
        return key is not null && key.VerifyData(data, signature, HashAlgorithmName.SHA256);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    /// <summary>The id of whoever holds the certificate's key; null when that is no P-256 key.</summary>
    internal static NodeId? IdOf(X509Certificate2 certificate)
    {
        var publicKey = certificate.PublicKey.ExportSubjectPublicKeyInfo();
        using var key = TryReadPublicKey(publicKey);
        return key is null ? null : IdOf(publicKey);
    }

    internal static bool IsP256(ECDsa key) =>
        key.ExportParameters(false).Curve is { IsNamed: true, Oid.Value: Curve };

    private static NodeId IdOf(ReadOnlySpan<byte> publicKey) => new(Bytes32.From(SHA256.HashData(publicKey)));

    /// <summary>
    /// Compares the DER instead of parsing it: the framework's parser throws more than it documents on keys that a
    /// stranger made up, and one key has one id only when it has one encoding.
    /// </summary>
    private static ECDsa? TryReadPublicKey(ReadOnlySpan<byte> publicKey)
    {
        if (publicKey.Length != PublicKeyBytes || !publicKey.StartsWith(PublicKeyHead)) return null;
        var point = publicKey[PublicKeyHead.Length..];
        var half = point.Length / 2;
        try
        {
            return ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = point[..half].ToArray(), Y = point[half..].ToArray() },
            });
        }
        catch (CryptographicException)
        {
            // Two numbers that are no point of the curve.
            return null;
        }
    }
}
