using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>How an <see cref="Offer"/> stands at the node that got it; of one that has arrived, its receipt.</summary>
/// <param name="Transfer">The offer's id.</param>
/// <param name="At">Since when, in milliseconds since the start of 1970 UTC.</param>
/// <param name="Proof">The receiver's public key and its signature.</param>
internal sealed record OfferAnswer(
    Envelope Envelope, TransferId Transfer, ContentId Content, OfferState State, long At, ReadOnlyMemory<byte> Proof)
    : SessionWord(Envelope, Transfer, Proof)
{
    public override MessageType Type => MessageType.OfferAnswer;

    internal override void WriteSaid(ref WireWriter writer)
    {
        writer.Transfer(Transfer);
        writer.Content(Content);
        writer.Member(State);
        writer.Int64(At, 0, WireLimits.WallTimeMax);
    }

    internal static OfferAnswer Read(ref WireReader reader) => new(
        Envelope: Envelope.Read(ref reader),
        Transfer: reader.Transfer(),
        Content: reader.Content(),
        State: reader.Member<OfferState>(),
        At: reader.Int64(0, WireLimits.WallTimeMax),
        Proof: reader.Blob(WireLimits.ProofBytesMax));
}
