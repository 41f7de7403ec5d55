using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// Words that end a session are signed by the node whose word they are: they must be believed when the session's keys
/// are gone, and whoever passes them on, or knows the ids, could else end what others do, and have a holder forget whom
/// it owes a file. The signature binds both nodes, the session, its content and the word. A session ends once and its
/// id does not come again, so a replay says nothing new.
/// </summary>
internal sealed class FinalWords(ISealKeyRing seals)
{
    private const byte Received = 0;

    /// <summary>Who asks about sessions that are not there costs a signature each time; one unheard asks again.
    /// </summary>
    private readonly TokenBucket _answers = new(new BucketSize(Burst: 256, PerSecond: 50));

    public Receipt Receive(TransferId transfer, ContentId content, NodeId holder) =>
        new(Envelope.To(holder), transfer, seals.Sign(transfer, content, holder, Received));

    public Refusal Refuse(TransferId transfer, ContentId content, NodeId other, RefusalReason reason) => new(
        Envelope.To(other), transfer, reason,
        IsSigned(reason) ? seals.Sign(transfer, content, other, (byte)reason) : ReadOnlyMemory<byte>.Empty);

    public Refusal Refuse(TransferRequest request, RefusalReason reason) =>
        Refuse(request.Transfer, request.Content, request.Envelope.Source, reason);

    /// <summary>There is no such session here (any more), and its content may not be known.</summary>
    public void Disown(Instant now, TransferId transfer, NodeId other, Outbox outbox)
    {
        if (MayAnswer(now)) outbox.Route(Refuse(transfer, default, other, RefusalReason.UnknownTransfer));
    }

    public bool MayAnswer(Instant now) => _answers.TryTake(now);

    public bool IsProven(Receipt receipt, ContentId content) =>
        seals.IsSigned(receipt.Transfer, content, receipt.Envelope.Source, Received, receipt.Proof.Span);

    public bool IsProven(Refusal refusal, ContentId content)
    {
        var about = refusal.Reason == RefusalReason.UnknownTransfer ? default : content;
        return IsSigned(refusal.Reason) && seals.IsSigned(
            refusal.Transfer, about, refusal.Envelope.Source, (byte)refusal.Reason, refusal.Proof.Span);
    }

    /// <summary>The session is over for whoever says so, and stays so; with other reasons it may come to be.</summary>
    public static bool IsSigned(RefusalReason reason) => reason is RefusalReason.NotShared
        or RefusalReason.SourceChanged or RefusalReason.SourceUnreadable or RefusalReason.UnknownTransfer
        or RefusalReason.NotWanted or RefusalReason.Cancelled or RefusalReason.Paused;
}
