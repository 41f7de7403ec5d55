using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>Looks for a node to which no feasible route is known; floods. Only the wanted node answers.</summary>
/// <param name="MinSequence">The answer needs a sequence number of at least this (RFC 8966 §3.8.2.1).</param>
internal sealed record RouteRequest(Envelope Envelope, QueryId Query, NodeId Wanted, ulong MinSequence)
    : RoutedMessage(Envelope)
{
    public override MessageType Type => MessageType.RouteRequest;

    internal override void Write(ref WireWriter writer)
    {
        Envelope.WriteFlood(ref writer);
        writer.Query(Query);
        writer.Node(Wanted);
        writer.UInt64(MinSequence);
    }

    internal static RouteRequest Read(ref WireReader reader) => new(
        Envelope: Envelope.ReadFlood(ref reader),
        Query: reader.Query(),
        Wanted: reader.Node(),
        MinSequence: reader.UInt64());
}
