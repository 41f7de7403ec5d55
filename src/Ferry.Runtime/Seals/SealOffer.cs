using System.Security.Cryptography;
using Ferry.Protocol.Values;
using Ferry.Transports.Secure;

namespace Ferry.Runtime.Seals;

/// <summary>
/// One half of the key agreement as it crosses the network, always 220 bytes: format (1), the ephemeral public point
/// (X and Y, 32 bytes each), the signer's DER SubjectPublicKeyInfo (91) and the signature (64, r and s). The signer's
/// node id is the hash of the key inside, so no certificate is needed: who knows the id can check the signature.
/// </summary>
internal static class SealOffer
{
    public const int Bytes = 1 + PointBytes + Identity.PublicKeyBytes + Identity.SignatureBytes;

    private const byte Format = 2;
    private const int PointBytes = 64;
    private const int SignedBytes = 1 + PointBytes + Identity.PublicKeyBytes;

    /// <summary>The bytes that a signature covers, given the ephemeral point.</summary>
    public delegate byte[] Transcript(ReadOnlySpan<byte> point);

    public static byte[] Write(ECDiffieHellman ephemeral, Identity identity, Transcript transcript)
    {
        var offer = new byte[Bytes];
        offer[0] = Format;
        var point = ephemeral.ExportParameters(includePrivateParameters: false).Q;
        point.X!.CopyTo(offer, 1);
        point.Y!.CopyTo(offer, 1 + PointBytes / 2);
        identity.PublicKey.CopyTo(offer.AsMemory(1 + PointBytes));
        identity.Sign(transcript(offer.AsSpan(1, PointBytes))).CopyTo(offer, SignedBytes);
        return offer;
    }

    /// <summary>The other side's ephemeral key; null when the signer has not signed it for this transcript.</summary>
    public static ECDiffieHellman? Read(ReadOnlySpan<byte> offer, NodeId signer, Transcript transcript)
    {
        if (offer.Length != Bytes || offer[0] != Format) return null;
        var point = offer.Slice(1, PointBytes);
        var key = offer.Slice(1 + PointBytes, Identity.PublicKeyBytes);
        if (!Identity.Verify(signer, key, transcript(point), offer[SignedBytes..])) return null;
        try
        {
            return ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = point[..(PointBytes / 2)].ToArray(), Y = point[(PointBytes / 2)..].ToArray() },
            });
        }
        catch (CryptographicException)
        {
            // Signed, but not a point of the curve: bytes from outside, so a result and not an error of ours.
            return null;
        }
    }
}
