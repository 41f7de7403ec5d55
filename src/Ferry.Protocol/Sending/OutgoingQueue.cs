using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Sending;

// The order in which messages leave by one link. Three classes: messages that keep links and routes alive; those that
// find and steer transfers; bodies. In each round a class may send its share of bytes, and among classes with credit
// left the first in that order is served: so an ACK never waits behind a queue of bodies, and a storm of searches still
// leaves bodies a part of the link. Bodies of several transfers are served by surplus round robin, the form of deficit
// round robin (Shreedhar, Varghese, SIGCOMM 1995) that does not look at a message before its turn: each transfer may
// send a quantum, and what it sends beyond is taken from its next turns. Within a class, and within a transfer, order
// is kept.

/// <summary>The queue of one link. A data structure only: no lock, no clock, no I/O.</summary>
internal sealed class OutgoingQueue(OutgoingLimits limits)
{
    private const int LinkShare = 512 * 1024;
    private const int TransferShare = 256 * 1024;
    private const int BulkShare = 256 * 1024;
    private const int FlowQuantum = WireLimits.BodyBytesMax;

    private readonly SendClass _link = new(LinkShare);
    private readonly SendClass _transfer = new(TransferShare);
    private readonly LinkedList<Flow> _turns = new();
    private readonly Dictionary<TransferId, Flow> _flows = [];
    private long _bulkCredit = BulkShare;

    public int Count { get; private set; }
    public long ControlBytes { get; private set; }
    public long BulkBytes { get; private set; }

    /// <summary>False when the limit is exceeded: the message was not taken, and the caller closes the link.</summary>
    public bool TryAdd(Message message)
    {
        var cost = MessageCost.Of(message);
        if (ControlBytes + cost > limits.ControlBytesMax) return false;
        var queue = message is RoutedMessage and not (RouteRequest or RouteReply) ? _transfer : _link;
        queue.Waiting.Enqueue(new Outgoing(message, null, cost));
        ControlBytes += cost;
        Count++;
        return true;
    }

    /// <summary>
    /// Takes ownership of the body; returns false and leaves it to the caller when the limit is exceeded.
    /// </summary>
    public bool TryAdd(FileTransfer head, Payload body)
    {
        var cost = MessageCost.Of(head) + body.Length;
        if (BulkBytes + cost > limits.BulkBytesMax) return false;
        if (!_flows.TryGetValue(head.Transfer, out var flow))
        {
            flow = new Flow(head.Transfer);
            _flows.Add(head.Transfer, flow);
            _turns.AddLast(flow.Turn);
        }

        flow.Waiting.Enqueue(new Outgoing(head, body, cost));
        BulkBytes += cost;
        Count++;
        return true;
    }

    /// <summary>The next message to send; the caller owns its body.</summary>
    public bool TryTake(out Outgoing next)
    {
        next = default;
        if (Count == 0) return false;
        if (!HasCredit) StartRound();
        return TryTakeControl(out next) || TryTakeBulk(out next);
    }

    /// <summary>
    /// A control message to send between the frames of a bulk message, within the credit of the round, so that the bulk
    /// message makes progress too.
    /// </summary>
    public bool TryTakeControl(out Outgoing next) => TryTake(_link, out next) || TryTake(_transfer, out next);

    /// <summary>Empties the queue and disposes the bodies.</summary>
    public void Clear()
    {
        _link.Waiting.Clear();
        _transfer.Waiting.Clear();
        foreach (var flow in _turns)
        {
            while (flow.Waiting.TryDequeue(out var item)) item.Body?.Dispose();
        }

        _turns.Clear();
        _flows.Clear();
        (Count, ControlBytes, BulkBytes) = (0, 0, 0);
    }

    private bool TryTake(SendClass queue, out Outgoing next)
    {
        next = default;
        if (queue.Credit <= 0 || !queue.Waiting.TryDequeue(out next)) return false;
        queue.Credit -= next.Cost;
        ControlBytes -= next.Cost;
        Count--;
        return true;
    }

    private bool TryTakeBulk(out Outgoing next)
    {
        next = default;
        if (_bulkCredit <= 0) return false;
        while (_turns.First is { Value: var flow })
        {
            if (flow.Credit <= 0)
            {
                flow.Credit += FlowQuantum;
                _turns.RemoveFirst();
                _turns.AddLast(flow.Turn);
                continue;
            }

            next = flow.Waiting.Dequeue();
            flow.Credit -= next.Cost;
            _bulkCredit -= next.Cost;
            BulkBytes -= next.Cost;
            Count--;
            if (flow.Waiting.Count == 0)
            {
                _turns.RemoveFirst();
                _flows.Remove(flow.Transfer);
            }

            return true;
        }

        return false;
    }

    private bool HasCredit =>
        (_link.Waiting.Count > 0 && _link.Credit > 0)
        || (_transfer.Waiting.Count > 0 && _transfer.Credit > 0)
        || (_turns.Count > 0 && _bulkCredit > 0);

    /// <summary>
    /// A class that overdrew in earlier rounds carries the deficit over, so several rounds may start before one has
    /// credit.
    /// </summary>
    private void StartRound()
    {
        do
        {
            _link.Credit = Math.Min(LinkShare, _link.Credit + LinkShare);
            _transfer.Credit = Math.Min(TransferShare, _transfer.Credit + TransferShare);
            _bulkCredit = Math.Min(BulkShare, _bulkCredit + BulkShare);
        }
        while (!HasCredit);
    }

    private sealed class SendClass(int share)
    {
        public Queue<Outgoing> Waiting { get; } = new();
        public long Credit { get; set; } = share;
    }

    private sealed class Flow
    {
        public Flow(TransferId transfer)
        {
            Transfer = transfer;
            Turn = new LinkedListNode<Flow>(this);
        }

        public TransferId Transfer { get; }
        public LinkedListNode<Flow> Turn { get; }
        public Queue<Outgoing> Waiting { get; } = new();
        public long Credit { get; set; } = FlowQuantum;
    }
}
