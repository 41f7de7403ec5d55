using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol;

public sealed record KnownHolder(NodeId Node, IReadOnlyList<ChunkRange> Held)
{
    /// <summary>What it says of the content; null when it did not say.</summary>
    public long? Size { get; init; }
}
