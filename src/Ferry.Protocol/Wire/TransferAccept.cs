using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>The holder has logged the transfer and will send.</summary>
/// <param name="KeyAnswer">The holder's half of the key agreement, signed.</param>
internal sealed record TransferAccept(Envelope Envelope, TransferId Transfer, ReadOnlyMemory<byte> KeyAnswer)
    : RoutedMessage(Envelope)
{
    public override MessageType Type => MessageType.TransferAccept;

    internal override void Write(ref WireWriter writer)
    {
        Envelope.Write(ref writer);
        writer.Transfer(Transfer);
        writer.Blob(KeyAnswer.Span, WireLimits.KeyBytesMax);
    }

    internal static TransferAccept Read(ref WireReader reader) => new(
        Envelope: Envelope.Read(ref reader),
        Transfer: reader.Transfer(),
        KeyAnswer: reader.Blob(WireLimits.KeyBytesMax));
}
