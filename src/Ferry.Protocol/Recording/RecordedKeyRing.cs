using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Recording;

/// <summary>
/// A key ring whose answers are noted: they are the one thing the core learns from beside its inputs.
/// </summary>
public sealed class RecordedKeyRing(ISealKeyRing seals, Action<SealCall> note) : ISealKeyRing
{
    public byte[] Offer(TransferId transfer, NodeId holder)
    {
        var offer = seals.Offer(transfer, holder);
        note(new SealCall.Offered(transfer, offer));
        return offer;
    }

    public byte[]? Answer(TransferId transfer, NodeId requester, ReadOnlySpan<byte> offer)
    {
        var answer = seals.Answer(transfer, requester, offer);
        note(new SealCall.Answered(transfer, answer is null ? null : new ReadOnlyMemory<byte>(answer)));
        return answer;
    }

    public bool Complete(TransferId transfer, NodeId holder, ReadOnlySpan<byte> answer)
    {
        var isValid = seals.Complete(transfer, holder, answer);
        note(new SealCall.Completed(transfer, isValid));
        return isValid;
    }

    public void Forget(TransferId transfer)
    {
        seals.Forget(transfer);
        note(new SealCall.Forgotten(transfer));
    }
}
