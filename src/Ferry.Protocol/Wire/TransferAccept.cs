namespace Ferry.Protocol.Wire;

/// <summary>The holder has logged the transfer and will send.</summary>
/// <param name="KeyAnswer">The holder's half of the key agreement, signed.</param>
public sealed record TransferAccept(Envelope Envelope, TransferId Transfer, ReadOnlyMemory<byte> KeyAnswer)
    : RoutedMessage(Envelope)
{
    public override MessageType Type => MessageType.TransferAccept;
}
