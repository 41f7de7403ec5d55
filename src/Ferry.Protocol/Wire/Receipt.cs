using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>
/// The requester has the whole content under its final name: the holder removes the entry from its log.
/// </summary>
/// <param name="Proof">The requester's public key and its signature.</param>
internal sealed record Receipt(
    Envelope Envelope, TransferId Transfer, ReadOnlyMemory<byte> Proof) : RoutedMessage(Envelope)
{
    public override MessageType Type => MessageType.Receipt;

    internal override void Write(ref WireWriter writer)
    {
        Envelope.Write(ref writer);
        writer.Transfer(Transfer);
        writer.Blob(Proof.Span, WireLimits.ProofBytesMax);
    }

    internal static Receipt Read(ref WireReader reader) => new(
        Envelope: Envelope.Read(ref reader),
        Transfer: reader.Transfer(),
        Proof: reader.Blob(WireLimits.ProofBytesMax));
}
