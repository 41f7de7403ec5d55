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

    /// <summary>The SubjectPublicKeyInfo in DER, 91 bytes.</summary>
    public ReadOnlyMemory<byte> PublicKey => _publicKey;

    internal X509Certificate2 Certificate { get; }

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
        using var key = TryReadPublicKey(publicKey);
        if (key is null || IdOf(key.ExportSubjectPublicKeyInfo()) != signer) return false;
        return signature.Length == SignatureBytes && key.VerifyData(data, signature, HashAlgorithmName.SHA256);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    /// <summary>The id of whoever holds the certificate's key; null when that is no P-256 key.</summary>
    internal static NodeId? IdOf(X509Certificate2 certificate)
    {
        using var key = TryReadPublicKey(certificate.PublicKey.ExportSubjectPublicKeyInfo());
        return key is null ? null : IdOf(key.ExportSubjectPublicKeyInfo());
    }

    internal static bool IsP256(ECDsa key) =>
        string.Equals(key.ExportParameters(false).Curve.Oid.Value, Curve, StringComparison.Ordinal);

    private static NodeId IdOf(ReadOnlySpan<byte> publicKey) => new(Bytes32.From(SHA256.HashData(publicKey)));

    /// <summary>
    /// A key can be written in several ways; the caller hashes what we write, so that one key has one id.
    /// </summary>
    private static ECDsa? TryReadPublicKey(ReadOnlySpan<byte> publicKey)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(publicKey, out var read);
            if (read == publicKey.Length && IsP256(key)) return key;
        }
        catch (Exception failure) when (failure is CryptographicException or PlatformNotSupportedException)
        {
            // Not a key, or one on an unknown curve: null below.
        }

        key.Dispose();
        return null;
    }
}
