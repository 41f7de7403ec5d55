using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>
/// The requester has the whole content under its final name: the holder removes the entry from its log.
/// </summary>
/// <param name="Proof">The requester's public key and its signature.</param>
internal sealed record Receipt(
    Envelope Envelope, TransferId Transfer, ReadOnlyMemory<byte> Proof) : SessionWord(Envelope, Transfer, Proof)
{
    public override MessageType Type => MessageType.Receipt;

    internal override void WriteSaid(ref WireWriter writer)
    {
        writer.Transfer(Transfer);
    }

    internal static Receipt Read(ref WireReader reader) => new(
        Envelope: Envelope.Read(ref reader),
        Transfer: reader.Transfer(),
        Proof: reader.Blob(WireLimits.ProofBytesMax));
}
