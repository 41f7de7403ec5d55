using Ferry.Protocol.Content;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol;

/// <summary>A content of ours that answers a search.</summary>
public sealed record ShareMatch(ContentId Content, string Name, long Size, IReadOnlyList<ChunkRange> Held)
{
    public FileTraits Traits { get; init; }
}
