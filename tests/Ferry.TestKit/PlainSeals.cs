using System.Buffers.Binary;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Storage.Downloads;

namespace Ferry.TestKit;

/// <summary>
/// Keys and seals without cryptography, for tests of one side: an offer is 1, an answer is 2, the proof of a last
/// word is 3, the tag of one in a session 4, and anything else is not valid; a sealed piece is its bytes and a tag that
/// ends with 0. What must hold between two sides is checked by the simulation's ring.
/// </summary>
internal sealed class PlainSeals : ISealKeyRing, IPieceSeal
{
    public List<TransferId> Forgotten { get; } = [];

    public static BytesPayload Seal(ReadOnlySpan<byte> piece, bool isSound = true)
    {
        var body = new byte[piece.Length + FileTransfer.SealBytes];
        piece.CopyTo(body);
        body[^1] = isSound ? (byte)0 : (byte)1;
        return new BytesPayload(body);
    }

    /// <summary>What proves a word of a session, the first with number 0.</summary>
    public static byte[] ProofOf(ulong number)
    {
        var proof = new byte[9];
        BinaryPrimitives.WriteUInt64BigEndian(proof, number);
        proof[8] = 4;
        return proof;
    }

    public byte[] Offer(TransferId transfer, ContentId content, NodeId holder) => [1];

    public byte[]? Answer(TransferId transfer, ContentId content, NodeId requester, ReadOnlySpan<byte> offer) =>
        offer.SequenceEqual<byte>([1]) ? [2] : null;

    public bool Complete(TransferId transfer, NodeId holder, ReadOnlySpan<byte> answer) =>
        answer.SequenceEqual<byte>([2]);

    public byte[] Tag(TransferId transfer, SessionEnd speaker, ReadOnlySpan<byte> said) => [4];

    public bool IsTag(TransferId transfer, SessionEnd speaker, ReadOnlySpan<byte> said, ReadOnlySpan<byte> tag) =>
        tag.SequenceEqual<byte>([4]);

    public byte[] Sign(TransferId transfer, ContentId content, NodeId other, byte word) => [3];

    public bool IsSigned(
        TransferId transfer, ContentId content, NodeId signer, byte word, ReadOnlySpan<byte> proof) =>
        proof.SequenceEqual<byte>([3]);

    public void Forget(TransferId transfer) => Forgotten.Add(transfer);

    /// <summary>A broken seal leaves rubbish where it was opened, as AES-GCM leaves zeros.</summary>
    public bool TryOpen(FileTransfer head, Payload body, Span<byte> destination)
    {
        var bytes = ((BytesPayload)body).Bytes;
        if (bytes[^1] != 0)
        {
            destination.Clear();
            return false;
        }
        bytes.AsSpan(0, destination.Length).CopyTo(destination);
        return true;
    }
}
