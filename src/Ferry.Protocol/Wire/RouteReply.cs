using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>The wanted node's answer to a <see cref="RouteRequest"/>: its envelope is all that matters.</summary>
internal sealed record RouteReply(Envelope Envelope, QueryId Query) : RoutedMessage(Envelope)
{
    public override MessageType Type => MessageType.RouteReply;

    internal override void Write(ref WireWriter writer)
    {
        Envelope.Write(ref writer);
        writer.Query(Query);
    }

    internal static RouteReply Read(ref WireReader reader) => new(
        Envelope: Envelope.Read(ref reader),
        Query: reader.Query());
}
