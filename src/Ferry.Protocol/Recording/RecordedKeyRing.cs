using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Recording;

/// <summary>
/// A key ring whose answers are noted: they are the one thing the core learns from beside its inputs.
/// </summary>
public sealed class RecordedKeyRing(ISealKeyRing seals, Action<SealCall> note) : ISealKeyRing
{
    public byte[] Offer(TransferId transfer, ContentId content, NodeId holder)
    {
        var offer = seals.Offer(transfer, content, holder);
        note(new SealCall.Offered(transfer, offer));
        return offer;
    }

    public byte[]? Answer(TransferId transfer, ContentId content, NodeId requester, ReadOnlySpan<byte> offer)
    {
        var answer = seals.Answer(transfer, content, requester, offer);
        note(new SealCall.Answered(transfer, answer is null ? null : new ReadOnlyMemory<byte>(answer)));
        return answer;
    }

    public bool Complete(TransferId transfer, NodeId holder, ReadOnlySpan<byte> answer)
    {
        var isValid = seals.Complete(transfer, holder, answer);
        note(new SealCall.Completed(transfer, isValid));
        return isValid;
    }

    public byte[] Tag(TransferId transfer, SessionEnd speaker, ReadOnlySpan<byte> said)
    {
        var tag = seals.Tag(transfer, speaker, said);
        note(new SealCall.Tagged(transfer, tag));
        return tag;
    }

    public bool IsTag(TransferId transfer, SessionEnd speaker, ReadOnlySpan<byte> said, ReadOnlySpan<byte> tag)
    {
        var isTag = seals.IsTag(transfer, speaker, said, tag);
        note(new SealCall.Compared(transfer, isTag));
        return isTag;
    }

    public byte[] Sign(TransferId transfer, ContentId content, NodeId other, byte word)
    {
        var proof = seals.Sign(transfer, content, other, word);
        note(new SealCall.Signed(transfer, proof));
        return proof;
    }

    public bool IsSigned(
        TransferId transfer, ContentId content, NodeId signer, byte word, ReadOnlySpan<byte> proof)
    {
        var isSigned = seals.IsSigned(transfer, content, signer, word, proof);
        note(new SealCall.Checked(transfer, isSigned));
        return isSigned;
    }

    public void Forget(TransferId transfer)
    {
        seals.Forget(transfer);
        note(new SealCall.Forgotten(transfer));
    }
}
