using System.Buffers.Binary;
using System.Security.Cryptography;
using Ferry.Protocol.Values;

namespace Ferry.Runtime.Seals;

/// <summary>
/// What is signed in a key agreement: the label names protocol and role, and the ids bind the signature to one transfer
/// between two nodes, so that an offer cannot be replayed elsewhere. The answer also covers the offer's hash: both
/// sides have the same transcript, or no key.
/// </summary>
internal static class SealTranscript
{
    /// <param name="point">The requester's ephemeral public point.</param>
    public static byte[] OfOffer(TransferId transfer, NodeId requester, NodeId holder, ReadOnlySpan<byte> point) =>
        Write("ferry seal offer 1\n"u8, transfer, requester, holder, point, []);

    /// <param name="point">The holder's ephemeral public point.</param>
    public static byte[] OfAnswer(
        TransferId transfer, NodeId requester, NodeId holder, ReadOnlySpan<byte> point, ReadOnlySpan<byte> offer) =>
        Write("ferry seal answer 1\n"u8, transfer, requester, holder, point, SHA256.HashData(offer));

    /// <summary>The key's input from the transcript: the hash of both messages, signatures included.</summary>
    public static byte[] OfKey(
        TransferId transfer, NodeId requester, NodeId holder, ReadOnlySpan<byte> offer, ReadOnlySpan<byte> answer) =>
        SHA256.HashData(Write("ferry seal key 1\n"u8, transfer, requester, holder, answer, SHA256.HashData(offer)));

    private static byte[] Write(
        ReadOnlySpan<byte> label, TransferId transfer, NodeId requester, NodeId holder, ReadOnlySpan<byte> said,
        ReadOnlySpan<byte> heard)
    {
        const int TransferBytes = 16;
        var transcript = new byte[label.Length + TransferBytes + 2 * Bytes32.Length + said.Length + heard.Length];
        var rest = transcript.AsSpan();
        label.CopyTo(rest);
        rest = rest[label.Length..];
        BinaryPrimitives.WriteUInt128BigEndian(rest, transfer.Value);
        rest = rest[TransferBytes..];
        requester.Hash.CopyTo(rest);
        rest = rest[Bytes32.Length..];
        holder.Hash.CopyTo(rest);
        rest = rest[Bytes32.Length..];
        said.CopyTo(rest);
        heard.CopyTo(rest[said.Length..]);
        return transcript;
    }
}
