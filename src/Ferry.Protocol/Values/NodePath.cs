namespace Ferry.Protocol.Values;

/// <summary>The route to a node, as far as this node can tell.</summary>
/// <param name="MetricMicroseconds">Expected time to move a mebibyte.</param>
/// <param name="Transport">For people: what carries bulk to the next hop.</param>
internal readonly record struct NodePath(NodeId NextHop, int Hops, uint MetricMicroseconds, string Transport)
{
    /// <summary>Bytes per second over the whole path, from the metric; at least 1.</summary>
    public long Rate => Math.Max(1, (1L << 20) * 1_000_000 / Math.Max(1, MetricMicroseconds));
}

/// <summary>Null when no feasible route is known.</summary>
internal delegate NodePath? PathFinder(NodeId destination);
