using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ferry.Tests.Transports.Plain;

/// <summary>A node's key and its certificate (docs/protocol.md §1 and §2.1).</summary>
internal sealed class PlainNode : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    public PlainNode()
    {
        Id = SHA256.HashData(_key.ExportSubjectPublicKeyInfo());
        var start = DateTimeOffset.UnixEpoch;
        _certificate = new CertificateRequest("CN=whoever", _key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(start, start.AddDays(1));
    }

    public byte[] Id { get; }

    /// <summary>SubjectPublicKeyInfo, and r and s.</summary>
    public (byte[] Key, byte[] Signature) Sign(byte[] data) =>
        (_key.ExportSubjectPublicKeyInfo(), _key.SignData(data, HashAlgorithmName.SHA256));

    /// <summary>Its own part of TLS 1.3; returns the id that the other end has proven.</summary>
    public async Task<byte[]> ProveAsync(SslStream tls, bool dials)
    {
        var peer = Array.Empty<byte>();
        bool Take(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
        {
            if (shown is not X509Certificate2 certificate) return false;
            peer = SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo());
            return true;
        }

        var context = SslStreamCertificateContext.Create(_certificate, null, offline: true);
        if (dials)
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "whoever",
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificateContext = context,
                RemoteCertificateValidationCallback = Take,
                AllowTlsResume = false,
            });
        }
        else
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = context,
                ClientCertificateRequired = true,
                EnabledSslProtocols = SslProtocols.Tls13,
                RemoteCertificateValidationCallback = Take,
                AllowTlsResume = false,
            });
        }
        return peer;
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }
}
