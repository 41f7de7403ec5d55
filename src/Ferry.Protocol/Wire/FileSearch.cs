using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>Looks for a file; floods.</summary>
/// <param name="Text">
/// A name, part of a name, or a glob; ignored when <paramref name="Content"/> is given. Empty, and no content, when
/// only the members of a network may read it.
/// </param>
/// <param name="Content">Looks for holders of exactly this content.</param>
/// <param name="Report">Every node answers, also one that has nothing, with a <see cref="SearchReport"/>.</param>
internal sealed record FileSearch(Envelope Envelope, QueryId Query, string Text, ContentId? Content, bool Report)
    : RoutedMessage(Envelope)
{
    /// <summary>The same for the members of the searcher's network; empty when it has none.</summary>
    public ReadOnlyMemory<byte> Box { get; init; }

    /// <summary>Of this node's own search, and not sent: it is also for those who cannot open the box.</summary>
    public bool IsPublic { get; init; }

    public override MessageType Type => MessageType.FileSearch;

    internal override void Write(ref WireWriter writer)
    {
        Envelope.WriteFlood(ref writer);
        writer.Query(Query);
        writer.Text(Text, WireLimits.QueryBytesMax);
        writer.OptionalContent(Content);
        writer.Flag(Report);
        writer.Blob(Box.Span, WireLimits.QueryBoxBytesMax);
    }

    internal static FileSearch Read(ref WireReader reader) => new(
        Envelope: Envelope.ReadFlood(ref reader),
        Query: reader.Query(),
        Text: reader.Text(WireLimits.QueryBytesMax),
        Content: reader.OptionalContent(),
        Report: reader.Flag())
    {
        Box = reader.Blob(WireLimits.QueryBoxBytesMax),
    };
}
