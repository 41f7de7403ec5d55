namespace Ferry.Protocol.Wire;

/// <summary>The wanted node's answer to a <see cref="RouteRequest"/>: its envelope is all that matters.</summary>
public sealed record RouteReply(Envelope Envelope, QueryId Query) : RoutedMessage(Envelope)
{
    public override MessageType Type => MessageType.RouteReply;
}
