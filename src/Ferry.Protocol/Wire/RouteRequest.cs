namespace Ferry.Protocol.Wire;

/// <summary>Looks for a node to which no feasible route is known; floods. Only the wanted node answers.</summary>
/// <param name="MinSequence">The answer needs a sequence number of at least this (RFC 8966 §3.8.2.1).</param>
public sealed record RouteRequest(Envelope Envelope, QueryId Query, NodeId Wanted, ulong MinSequence) : RoutedMessage(Envelope)
{
    public override MessageType Type => MessageType.RouteRequest;
}
