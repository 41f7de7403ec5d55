using Ferry.Protocol.Values;

namespace Ferry.Runtime.Links;

/// <summary>
/// Nodes that sent what brought an error of this node about: they are kept out for a while, longer each time, so that
/// one of them cannot keep the node starting. A relay may have passed on what it was sent, so it is never for good.
/// </summary>
internal sealed class Quarantine(TimeProvider time)
{
    public const int NodesMax = 1000;

    private static readonly Backoff Terms = new(TimeSpan.FromMinutes(1), Max: TimeSpan.FromHours(1));

    private readonly Lock _gate = new();
    private readonly Dictionary<NodeId, (DateTimeOffset Until, int Times)> _nodes = [];

    /// <summary>Returns for how long.</summary>
    public TimeSpan Add(NodeId node)
    {
        lock (_gate)
        {
            var times = _nodes.GetValueOrDefault(node).Times;
            if (times == 0 && _nodes.Count == NodesMax) _nodes.Remove(_nodes.MinBy(kept => kept.Value.Until).Key);
            var term = Terms.After(times);
            _nodes[node] = (time.GetUtcNow() + term, times + 1);
            return term;
        }
    }

    /// <summary>For how much longer the node is kept out; null when it is not.</summary>
    public TimeSpan? Of(NodeId node)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(node, out var kept)) return null;
            var left = kept.Until - time.GetUtcNow();
            return left > TimeSpan.Zero ? left : null;
        }
    }
}
