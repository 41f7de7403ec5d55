using Ferry.Protocol.Routing;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Tests.Protocol.Routing;

/// <summary>
/// Nodes that are nothing but routing tables, and links that are queues: floods and single messages travel, links come
/// and go, costs change, all by chance. Beside each table stands what it told of each source, newest number and
/// smallest metric: the feasibility distance by its definition.
/// </summary>
internal sealed class ModelNetwork
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly SeededRandom _random;
    private readonly List<ModelNode> _nodes = [];
    private readonly List<ModelEdge> _edges = [];
    private Instant _now;
    private int _floods;

    public ModelNetwork(ulong seed)
    {
        _random = new SeededRandom(seed);
        var count = 3 + _random.Next(4);
        for (var node = 0; node < count; node++) _nodes.Add(new ModelNode(Some.Node(node + 1), CheapestEdge));
        for (var edge = 0; edge < count + 2; edge++) AddEdge();
    }

    public void Step()
    {
        switch (_random.Next(40))
        {
            case 0: AddEdge(); break;
            case 1: Cut(); break;
            case 2: Any(_edges)?.Cost = Cost(); break;
            case 3: Rest(); break;
            case < 8: Flood(Any(_nodes)!); break;
            case < 14: SendFrom(Any(_nodes)!, Any(_nodes)!); break;
            default: DeliverOne(); break;
        }
    }

    /// <summary>Everything arrives, everybody says something, and that arrives as well.</summary>
    public void Settle()
    {
        while (DeliverOne()) { }
        foreach (var node in _nodes) Flood(node);
        while (DeliverOne()) { }
    }

    /// <summary>
    /// Wherever a way leads, also the one that may not go back, the distance falls; null when that is so.
    /// </summary>
    public string? WhereDistanceDoesNotFall()
    {
        foreach (var node in _nodes)
            foreach (var target in _nodes.Where(other => other != node))
                foreach (var except in _nodes.Select(other => (NodeId?)other.Id).Prepend(null))
                {
                    if (node.Table.NextHop(target.Id, except) is not { } route) continue;
                    if (route.NextHop == except) return $"{node} sends back what came for {target}";
                    var (here, there) = (node.DistanceTo(target), NodeOf(route.NextHop).DistanceTo(target));
                    if (!Falls(here, there))
                        return $"{node} over {NodeOf(route.NextHop)} to {target}: {here} then {there}";
                }
        return null;
    }

    private static bool Falls((ulong Sequence, uint Metric)? here, (ulong Sequence, uint Metric)? there) =>
        here is not { } from || (there is { } to && (SequenceNumber.IsNewer(to.Sequence, from.Sequence)
            || (to.Sequence == from.Sequence && to.Metric < from.Metric)));

    /// <summary>Who cannot be reached although links lead there; null when there is nobody.</summary>
    public string? WhoIsOutOfReach()
    {
        foreach (var node in _nodes)
            foreach (var target in Island(node))
            {
                var at = node;
                for (var hops = 0; at != target; hops++)
                {
                    if (hops > _nodes.Count) return $"a loop from {node} to {target}";
                    if (at.Table.NextHop(target.Id, except: null) is not { } route)
                        return $"{at} does not reach {target}";
                    at = NodeOf(route.NextHop);
                }
            }
        return null;
    }

    private ModelEdge? CheapestEdge(ModelNode node, NodeId neighbour) =>
        EdgesOf(node).Where(edge => edge.Other(node).Id == neighbour).MinBy(edge => edge.Cost);

    private uint Cost() => (uint)(1 + _random.Next(20));

    private void AddEdge()
    {
        var (left, right) = (Any(_nodes)!, Any(_nodes)!);
        if (left != right && _edges.Count < 12) _edges.Add(new ModelEdge(left, right, Cost()));
    }

    private void Cut()
    {
        if (Any(_edges) is not { } edge) return;
        _edges.Remove(edge);
        LoseEdge(edge.Left, edge.Right.Id);
        LoseEdge(edge.Right, edge.Left.Id);
    }

    /// <summary>Two nodes may have several edges: only the last one takes the neighbour with it.</summary>
    private void LoseEdge(ModelNode node, NodeId neighbour)
    {
        if (CheapestEdge(node, neighbour) is null) node.Table.RemoveNeighbour(neighbour, Instant.Never);
        else node.Table.OnCostChanged(neighbour);
    }

    /// <summary>A long silence: routes expire, and sometimes distances with them.</summary>
    private void Rest()
    {
        while (DeliverOne()) { }
        _now += Lifetime * (_random.NextDouble() * 1.5);
        foreach (var node in _nodes)
        {
            node.Deadlines.Run(_now, due => node.Table.OnExpiry((Destination)due.Owner));
            node.Table.Expire(_now);
        }
        foreach (var node in _nodes)
            foreach (var other in _nodes)
                if (node.Table.SequenceWanted(other.Id) == 0) node.Forget(other);
    }

    private void Flood(ModelNode source)
    {
        var envelope = Envelope.ToAll(WireLimits.HopLimitMax) with { Source = source.Id, Sequence = ++source.Sequence };
        source.Seen.Add(++_floods);
        foreach (var edge in EdgesOf(source)) edge.To(source).Enqueue((_floods, envelope));
    }

    private void SendFrom(ModelNode source, ModelNode target)
    {
        if (source == target || source.Table.NextHop(target.Id, except: null) is not { } route) return;
        var envelope = Envelope.To(target.Id) with { Source = source.Id, Sequence = source.Sequence };
        EdgeOf(source, route).To(source).Enqueue((0, envelope));
    }

    private bool DeliverOne()
    {
        var queues = _edges.SelectMany(edge => new[] { (edge, from: edge.Left), (edge, from: edge.Right) })
            .Where(end => end.edge.To(end.from).Count > 0).ToList();
        if (queues.Count == 0) return false;
        var (edge, from) = queues[_random.Next(queues.Count)];
        var (flood, envelope) = edge.To(from).Dequeue();
        OnMessage(edge.Other(from), edge, from, flood, envelope);
        return true;
    }

    private void OnMessage(ModelNode node, ModelEdge edge, ModelNode from, int flood, in Envelope envelope)
    {
        if (envelope.Source == node.Id) return;
        node.Table.Learn(_now, from.Id, envelope);
        if (envelope.IsFlood)
        {
            if (!node.Seen.Add(flood)) return;
            var told = node.Tell(envelope);
            foreach (var other in EdgesOf(node).Where(other => other != edge)) other.To(node).Enqueue((flood, told));
        }
        else if (envelope.Destination != node.Id && envelope.HopLimit > 1)
        {
            if (node.Table.NextHop(envelope.Destination, from.Id) is { } route)
                EdgeOf(node, route).To(node).Enqueue((0, node.Tell(envelope)));
            else from.Table.Withdraw(node.Id, [envelope.Destination]);
        }
    }

    private HashSet<ModelNode> Island(ModelNode node)
    {
        var island = new HashSet<ModelNode> { node };
        while (_edges.Find(edge => island.Contains(edge.Left) != island.Contains(edge.Right)) is { } edge)
        {
            island.Add(edge.Left);
            island.Add(edge.Right);
        }
        return island;
    }

    private T? Any<T>(List<T> all) where T : class => all.Count == 0 ? null : all[_random.Next(all.Count)];
    private ModelNode NodeOf(NodeId id) => _nodes.Find(node => node.Id == id)!;
    private ModelEdge EdgeOf(ModelNode node, Route route) => CheapestEdge(node, route.NextHop)!;
    private List<ModelEdge> EdgesOf(ModelNode node) => _edges.FindAll(edge => edge.Left == node || edge.Right == node);

    private sealed class ModelNode
    {
        private readonly Dictionary<NodeId, (ulong Sequence, uint Metric)> _told = [];

        public ModelNode(NodeId id, Func<ModelNode, NodeId, ModelEdge?> cheapestEdge)
        {
            Id = id;
            Table = new RoutingTable(
                Lifetime, Deadlines, Some.Ids, neighbour => cheapestEdge(this, neighbour)?.Cost ?? 1, _ => false);
        }

        public NodeId Id { get; }
        public RoutingTable Table { get; }
        public Deadlines Deadlines { get; } = new();
        public HashSet<int> Seen { get; } = [];

        /// <summary>Soon counts past the end of the range.</summary>
        public ulong Sequence { get; set; } = ulong.MaxValue - 2;

        public (ulong Sequence, uint Metric)? DistanceTo(ModelNode target) =>
            target == this ? (Sequence, 0) : ToldOf(target.Id);

        public void Forget(ModelNode target) => _told.Remove(target.Id);

        public Envelope Tell(in Envelope envelope)
        {
            var (sequence, metric, hops) = Table.Advertise(envelope.Source);
            if (metric != Envelope.Unreachable)
            {
                var told = ToldOf(envelope.Source);
                if (told is not { } least || SequenceNumber.IsNewer(sequence, least.Sequence))
                    _told[envelope.Source] = (sequence, metric);
                else if (sequence == least.Sequence)
                    _told[envelope.Source] = (sequence, Math.Min(metric, least.Metric));
            }
            return envelope with
            {
                Sequence = sequence,
                MetricMicroseconds = metric,
                Hops = (byte)hops,
                HopLimit = (byte)(envelope.HopLimit - 1),
            };
        }

        public override string ToString() => Id.ToString()[12..16];

        private (ulong Sequence, uint Metric)? ToldOf(NodeId source) =>
            _told.TryGetValue(source, out var told) ? told : null;
    }

    private sealed class ModelEdge(ModelNode left, ModelNode right, uint cost)
    {
        private readonly Queue<(int Flood, Envelope Envelope)> _toLeft = [];
        private readonly Queue<(int Flood, Envelope Envelope)> _toRight = [];

        public ModelNode Left { get; } = left;
        public ModelNode Right { get; } = right;
        public uint Cost { get; set; } = cost;

        public ModelNode Other(ModelNode node) => node == Left ? Right : Left;

        /// <summary>What the node has sent and the other end has not taken.</summary>
        public Queue<(int Flood, Envelope Envelope)> To(ModelNode from) => from == Left ? _toRight : _toLeft;
    }
}
