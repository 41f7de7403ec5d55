using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>Looks for a file; floods.</summary>
/// <param name="Text">A name, part of a name, or a glob; ignored when <paramref name="Content"/> is given.</param>
/// <param name="Content">Looks for holders of exactly this content.</param>
internal sealed record FileSearch(Envelope Envelope, QueryId Query, string Text, ContentId? Content)
    : RoutedMessage(Envelope)
{
    public override MessageType Type => MessageType.FileSearch;

    internal override void Write(ref WireWriter writer)
    {
        Envelope.WriteFlood(ref writer);
        writer.Query(Query);
        writer.Text(Text, WireLimits.QueryBytesMax);
        writer.OptionalContent(Content);
    }

    internal static FileSearch Read(ref WireReader reader) => new(
        Envelope: Envelope.ReadFlood(ref reader),
        Query: reader.Query(),
        Text: reader.Text(WireLimits.QueryBytesMax),
        Content: reader.OptionalContent());
}
