using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>A holder's answer to a <see cref="FileSearch"/>, one for each content and name.</summary>
/// <param name="Name">The relative path under which the holder offers it.</param>
/// <param name="Size">Bytes; with the content id it fixes the chunk layout.</param>
/// <param name="Held">What part is held: one range over everything, or several for a partial holder.</param>
internal sealed record HasFile(
    Envelope Envelope, QueryId Query, ContentId Content, string Name, long Size, IReadOnlyList<ChunkRange> Held)
    : RoutedMessage(Envelope)
{
    /// <summary>The file's, at this holder.</summary>
    public FileTraits Traits { get; init; }

    /// <summary>It is a folder. Said for those who look at the answers; the content id proves it.</summary>
    public bool IsFolder { get; init; }

    public override MessageType Type => MessageType.HasFile;

    internal override void Write(ref WireWriter writer)
    {
        Envelope.Write(ref writer);
        writer.Query(Query);
        writer.Content(Content);
        writer.Text(Name, WireLimits.NameBytesMax);
        writer.Int64(Size, 0, ChunkLayout.ContentBytesMax);
        writer.Ranges(Held, RangeOrder.Ascending);
        writer.Int64(Traits.Modified, long.MinValue, long.MaxValue);
        writer.Int32(Traits.Mode, 0, FileTraits.ModeMax);
        writer.Flag(IsFolder);
    }

    internal static HasFile Read(ref WireReader reader) => new(
        Envelope: Envelope.Read(ref reader),
        Query: reader.Query(),
        Content: reader.Content(),
        Name: reader.Text(WireLimits.NameBytesMax),
        Size: reader.Int64(0, ChunkLayout.ContentBytesMax),
        Held: reader.Ranges(RangeOrder.Ascending))
    {
        Traits = new FileTraits(
            Modified: reader.Int64(long.MinValue, long.MaxValue), Mode: reader.Int32(0, FileTraits.ModeMax)),
        IsFolder = reader.Flag(),
    };
}
