using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// Words that end a transfer are signed by the node whose word they are: whoever passes them on, or knows the ids,
/// could else end what others do, and have a holder forget whom it owes a file. The signature binds both nodes, the
/// session, its content and the word. A session ends once and its id does not come again, so a replay says nothing new.
/// All other Refusals only make the other side ask again.
/// </summary>
internal sealed class FinalWords(ISealKeyRing seals)
{
    private const byte Received = 0;

    public Receipt Receive(TransferId transfer, ContentId content, NodeId holder) =>
        new(Envelope.To(holder), transfer, seals.Sign(transfer, content, holder, Received));

    public Refusal Refuse(TransferId transfer, ContentId content, NodeId other, RefusalReason reason) => new(
        Envelope.To(other), transfer, reason,
        IsFinal(reason) ? seals.Sign(transfer, content, other, (byte)reason) : ReadOnlyMemory<byte>.Empty);

    public bool IsProven(Receipt receipt, ContentId content) =>
        seals.IsSigned(receipt.Transfer, content, receipt.Envelope.Source, Received, receipt.Proof.Span);

    public bool IsProven(Refusal refusal, ContentId content) => seals.IsSigned(
        refusal.Transfer, content, refusal.Envelope.Source, (byte)refusal.Reason, refusal.Proof.Span);

    /// <summary>The other side takes it for the end of the session, not for a reason to ask again.</summary>
    public static bool IsFinal(RefusalReason reason) => reason is RefusalReason.NotShared
        or RefusalReason.SourceChanged or RefusalReason.SourceUnreadable
        or RefusalReason.NotWanted or RefusalReason.Cancelled;
}
