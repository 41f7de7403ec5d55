namespace Ferry.Protocol.Wire;

/// <summary>The requester has the whole content under its final name: the holder removes the entry from its log.</summary>
public sealed record Receipt(Envelope Envelope, TransferId Transfer) : RoutedMessage(Envelope)
{
    public override MessageType Type => MessageType.Receipt;
}
