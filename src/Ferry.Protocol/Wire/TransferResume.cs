using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>
/// A holder that found this transfer in its log, or has had no ACK for long, asks the requester for the state of the
/// transfer. The answer is a <see cref="TransferRequest"/>, a <see cref="Receipt"/> or a <see cref="Refusal"/>.
/// </summary>
internal sealed record TransferResume(
    Envelope Envelope, TransferId Transfer, ContentId Content)
    : SessionWord(Envelope, Transfer, Proof: default)
{
    public override MessageType Type => MessageType.TransferResume;

    internal override void WriteSaid(ref WireWriter writer)
    {
        writer.Transfer(Transfer);
        writer.Content(Content);
    }

    internal static TransferResume Read(ref WireReader reader) => new(
        Envelope: Envelope.Read(ref reader),
        Transfer: reader.Transfer(),
        Content: reader.Content())
    {
        Proof = reader.Blob(WireLimits.ProofBytesMax),
    };
}
