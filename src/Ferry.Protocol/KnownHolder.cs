using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol;

public sealed record KnownHolder(NodeId Node, IReadOnlyList<ChunkRange> Held);
