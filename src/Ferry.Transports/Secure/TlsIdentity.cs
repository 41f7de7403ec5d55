using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Ferry.Protocol.Values;

namespace Ferry.Transports.Secure;

/// <summary>
/// The TLS part of a handshake: TLS 1.3, both sides with the certificate of their own key. Certificates are
/// self-signed; one proves that the other end holds the key, and the key's hash is the node id.
/// </summary>
internal static class TlsIdentity
{
    /// <summary>TLS requires a name; only the key is checked.</summary>
    private const string TargetHost = "ferry";

    /// <summary>Returns the peer's proven node id.</summary>
    /// <exception cref="AuthenticationException">The other end does not speak TLS, or has no fitting key.</exception>
    /// <exception cref="IOException">The stream ends or breaks.</exception>
    public static async Task<NodeId> ProveAsync(SslStream tls, Identity self, bool dialed, CancellationToken cancel)
    {
        NodeId? peer = null;
        bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            peer = certificate is X509Certificate2 presented ? Identity.IdOf(presented) : null;
            return peer is not null;
        }

        var own = SslStreamCertificateContext.Create(self.Certificate, null, offline: true);
        if (dialed)
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = TargetHost,
                    EnabledSslProtocols = SslProtocols.Tls13,
                    ClientCertificateContext = own,
                    RemoteCertificateValidationCallback = Accept,
                    CertificateChainPolicy = Unvouched(),
                    AllowTlsResume = false,
                },
                cancel);
        }
        else
        {
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = own,
                    ClientCertificateRequired = true,
                    EnabledSslProtocols = SslProtocols.Tls13,
                    RemoteCertificateValidationCallback = Accept,
                    CertificateChainPolicy = Unvouched(),
                    AllowTlsResume = false,
                },
                cancel);
        }

        return peer ?? throw new AuthenticationException("The other end showed no certificate.");
    }

    /// <summary>
    /// Without this policy the platform would fetch issuers, even from addresses that a stranger's certificate names.
    /// </summary>
    private static X509ChainPolicy Unvouched() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
        VerificationFlags = X509VerificationFlags.AllFlags,
    };
}
