using Ferry.Protocol.Content;

namespace Ferry.Protocol.Wire;

/// <summary>A holder's answer to a <see cref="FileSearch"/>, one a content.</summary>
/// <param name="Name">The relative path under which the holder offers it.</param>
/// <param name="Size">Bytes; with the content id it fixes the chunk layout.</param>
/// <param name="Held">What part is held: one range over everything for a complete holder, several for a partial one.</param>
public sealed record HasFile(
    Envelope Envelope, QueryId Query, ContentId Content, string Name, long Size, IReadOnlyList<ChunkRange> Held)
    : RoutedMessage(Envelope)
{
    public override MessageType Type => MessageType.HasFile;
}
