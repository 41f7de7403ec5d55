using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Sending;

// Bodies of several transfers are served by surplus round robin, the form of deficit round robin (Shreedhar, Varghese,
// SIGCOMM 1995) that does not look at a message before its turn: each transfer may send a quantum, and what it sends
// beyond is taken from its next turns. Within a transfer order is kept.
//
// What does not fit is taken from the neighbour from which most of what waits here came, last in, first out, so that
// the chunks that are furthest get through (longest queue drop: Suter et al., 1999). The ends ask again for what is
// lost, as they do for what a broken link loses.

/// <summary>The bodies that wait for one link.</summary>
internal sealed class BodyQueue(OutgoingLimits limits, PassedOnBudget budget)
{
    private const int FlowQuantum = WireLimits.BodyBytesMax;

    private readonly LinkedList<Flow> _turns = new();
    private readonly Dictionary<(NodeId From, TransferId Transfer), Flow> _flows = [];
    private readonly Dictionary<NodeId, Origin> _origins = [];

    public int Count { get; private set; }
    public long Bytes => OwnBytes + PassedOnBytes;
    private long OwnBytes { get; set; }
    private long PassedOnBytes { get; set; }

    /// <summary>Takes the body over. Returns the bytes of bodies that were dropped for it, or of itself.</summary>
    /// <param name="from">The neighbour that it came from; none for a piece of this node.</param>
    public int Add(NodeId from, Outgoing item)
    {
        var dropped = 0;
        while (!Fits(from, item.Cost))
        {
            var most = MostOf(from);
            if (most is null || most.Node == from) return dropped + Drop(item);
            dropped += Drop(most.Last);
        }
        Origin origin = OriginOf(from);
        var transfer = ((FileTransfer)item.Message).Transfer;
        if (!_flows.TryGetValue((from, transfer), out var flow))
        {
            _flows.Add((from, transfer), flow = new Flow(origin, transfer));
            _turns.AddLast(flow.Turn);
            origin.Flows.AddLast(flow.OfOrigin);
        }
        flow.Waiting.AddLast(item);
        Account(origin, item.Cost);
        Count++;
        return dropped;
    }

    /// <summary>The caller owns the body.</summary>
    public bool TryTake(out Outgoing next)
    {
        while (_turns.First is { Value: var flow })
        {
            if (flow.Credit <= 0)
            {
                flow.Credit += FlowQuantum;
                _turns.RemoveFirst();
                _turns.AddLast(flow.Turn);
                continue;
            }
            next = flow.Waiting.First!.Value;
            flow.Waiting.RemoveFirst();
            flow.Credit -= next.Cost;
            Left(flow, next.Cost);
            return true;
        }
        next = default;
        return false;
    }

    public void Clear()
    {
        foreach (var flow in _turns)
            foreach (var item in flow.Waiting) item.Body?.Dispose();
        budget.Give(PassedOnBytes);
        _turns.Clear();
        _flows.Clear();
        _origins.Clear();
        (Count, OwnBytes, PassedOnBytes) = (0, 0, 0);
    }

    private bool Fits(NodeId from, int cost) =>
        from.IsNone ? OwnBytes + cost <= limits.OwnBodyBytesMax : budget.Allows(PassedOnBytes, cost);

    /// <summary>Of those that count against the same bound; null when nothing of them waits.</summary>
    private Origin? MostOf(NodeId from)
    {
        var most = _origins.GetValueOrDefault(from);
        if (from.IsNone) return most;
        foreach (var origin in _origins.Values)
            if (!origin.Node.IsNone && origin.Bytes > (most?.Bytes ?? 0)) most = origin;
        return most;
    }

    private Origin OriginOf(NodeId from)
    {
        if (!_origins.TryGetValue(from, out var origin)) _origins.Add(from, origin = new Origin(from));
        return origin;
    }

    private int Drop(Flow flow)
    {
        var item = flow.Waiting.Last!.Value;
        flow.Waiting.RemoveLast();
        Left(flow, item.Cost);
        return Drop(item);
    }

    private static int Drop(Outgoing item)
    {
        item.Body!.Dispose();
        return item.Body.Length;
    }

    private void Left(Flow flow, int cost)
    {
        Account(flow.Origin, -cost);
        Count--;
        if (flow.Waiting.Count > 0) return;
        _turns.Remove(flow.Turn);
        _flows.Remove((flow.Origin.Node, flow.Transfer));
        flow.Origin.Flows.Remove(flow.OfOrigin);
        if (flow.Origin.Flows.Count == 0) _origins.Remove(flow.Origin.Node);
    }

    private void Account(Origin origin, int cost)
    {
        origin.Bytes += cost;
        if (origin.Node.IsNone) OwnBytes += cost;
        else
        {
            PassedOnBytes += cost;
            budget.Take(cost);
        }
    }

    private sealed class Origin(NodeId node)
    {
        public NodeId Node => node;
        public long Bytes { get; set; }
        public LinkedList<Flow> Flows { get; } = new();
        public Flow Last => Flows.Last!.Value;
    }

    private sealed class Flow
    {
        public Flow(Origin origin, TransferId transfer)
        {
            (Origin, Transfer) = (origin, transfer);
            (Turn, OfOrigin) = (new LinkedListNode<Flow>(this), new LinkedListNode<Flow>(this));
        }

        public Origin Origin { get; }
        public TransferId Transfer { get; }
        public LinkedListNode<Flow> Turn { get; }
        public LinkedListNode<Flow> OfOrigin { get; }
        public LinkedList<Outgoing> Waiting { get; } = new();
        public long Credit { get; set; } = FlowQuantum;
    }
}
