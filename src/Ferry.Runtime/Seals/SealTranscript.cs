using System.Buffers.Binary;
using System.Security.Cryptography;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Runtime.Seals;

/// <summary>
/// What is signed in a key agreement: the label names protocol and role, and the ids bind the signature to one transfer
/// of one content between two nodes, so that an offer cannot be replayed elsewhere or for something else. The answer
/// also covers the offer's hash: both sides have the same transcript, or no key.
/// </summary>
internal static class SealTranscript
{
    /// <param name="point">The requester's ephemeral public point.</param>
    public static byte[] OfOffer(in SealedSession session, ReadOnlySpan<byte> point) =>
        Write("ferry seal offer 2\n"u8, session, point, []);

    /// <param name="point">The holder's ephemeral public point.</param>
    public static byte[] OfAnswer(in SealedSession session, ReadOnlySpan<byte> point, ReadOnlySpan<byte> offer) =>
        Write("ferry seal answer 2\n"u8, session, point, SHA256.HashData(offer));

    /// <summary>A key's input from the transcript: its purpose, and the hash of both messages, signatures included.
    /// </summary>
    /// <param name="label">What the key is for.</param>
    public static byte[] OfKey(
        ReadOnlySpan<byte> label, in SealedSession session, ReadOnlySpan<byte> offer, ReadOnlySpan<byte> answer) =>
        SHA256.HashData(Write(label, session, answer, SHA256.HashData(offer)));

    /// <param name="signer">Whose word it is.</param>
    /// <param name="other">To whom.</param>
    public static byte[] OfWord(TransferId transfer, ContentId content, NodeId signer, NodeId other, byte word) =>
        Write("ferry transfer word 1\n"u8, new SealedSession(transfer, content, signer, other), [word], []);

    private static byte[] Write(
        ReadOnlySpan<byte> label, in SealedSession session, ReadOnlySpan<byte> said, ReadOnlySpan<byte> heard)
    {
        const int TransferBytes = 16;
        var transcript = new byte[label.Length + TransferBytes + 3 * Bytes32.Length + said.Length + heard.Length];
        var rest = transcript.AsSpan();
        label.CopyTo(rest);
        rest = rest[label.Length..];
        BinaryPrimitives.WriteUInt128BigEndian(rest, session.Transfer.Value);
        rest = rest[TransferBytes..];
        foreach (var hash in (ReadOnlySpan<Bytes32>)
            [session.Content.Hash, session.Requester.Hash, session.Holder.Hash])
        {
            hash.CopyTo(rest);
            rest = rest[Bytes32.Length..];
        }
        said.CopyTo(rest);
        heard.CopyTo(rest[said.Length..]);
        return transcript;
    }
}

/// <summary>What a signature is bound to, besides what it says.</summary>
internal readonly record struct SealedSession(
    TransferId Transfer, ContentId Content, NodeId Requester, NodeId Holder);
