using System.Buffers.Binary;
using System.Security.Cryptography;
using Ferry.Protocol.Values;

namespace Ferry.Transports.Secure;

/// <summary>
/// The two secrets of a link, one for each direction: HKDF-SHA256 (RFC 5869) over the random secrets that both sides
/// sent inside TLS, bound to the transcript of the handshake: version, node ids and Joins. Ends with different
/// transcripts derive different keys.
/// </summary>
internal static class LinkSecrets
{
    public static (byte[] FromDialer, byte[] FromListener) Derive(
        ushort version, HandshakeSide dialer, HandshakeSide listener)
    {
        using var transcript = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        transcript.AppendData("ferry link"u8);
        HandshakeSide.AppendNumber(transcript, version);
        dialer.AppendTo(transcript);
        listener.AppendTo(transcript);

        Span<byte> material = stackalloc byte[2 * HandshakeRecord.SecretBytes];
        dialer.Secret.Span.CopyTo(material);
        listener.Secret.Span.CopyTo(material[HandshakeRecord.SecretBytes..]);
        Span<byte> extracted = stackalloc byte[SHA256.HashSizeInBytes];
        HKDF.Extract(HashAlgorithmName.SHA256, material, transcript.GetHashAndReset(), extracted);
        var fromDialer = new byte[TrafficKey.SecretBytes];
        var fromListener = new byte[TrafficKey.SecretBytes];
        HKDF.Expand(HashAlgorithmName.SHA256, extracted, fromDialer, "ferry link dialer"u8);
        HKDF.Expand(HashAlgorithmName.SHA256, extracted, fromListener, "ferry link listener"u8);
        CryptographicOperations.ZeroMemory(material);
        CryptographicOperations.ZeroMemory(extracted);
        return (fromDialer, fromListener);
    }
}

/// <summary>What one side put into a handshake.</summary>
internal readonly record struct HandshakeSide(NodeId Node, ReadOnlyMemory<byte> Join, ReadOnlyMemory<byte> Secret)
{
    /// <summary>Its part of a transcript: the node id, and the Join behind its length.</summary>
    public void AppendTo(IncrementalHash transcript)
    {
        transcript.AppendData(Node.Hash.ToArray());
        AppendNumber(transcript, (ushort)Join.Length);
        transcript.AppendData(Join.Span);
    }

    /// <summary>Numbers in a transcript are of 2 bytes, big endian.</summary>
    public static void AppendNumber(IncrementalHash transcript, ushort number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, number);
        transcript.AppendData(bytes);
    }
}
