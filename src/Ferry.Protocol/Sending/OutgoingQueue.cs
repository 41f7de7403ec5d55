using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Sending;

// The order in which messages leave by one link. Four classes: messages that keep the link and this node's routes
// alive; those by which this node finds and steers its transfers; its answers and what it passes on for others; bodies.
// In each round a class may send its share of bytes, and among classes with credit left the first in that order is
// served: so an ACK never waits behind a queue of bodies or behind what strangers cause, and a storm of searches still
// leaves bodies a part of the link.
//
// Only the first class can cost a neighbour its link: it grows by what the two nodes say to each other. All else can
// be made to grow by anybody, so what is beyond its bound is dropped, the oldest first: the ends ask again.

/// <summary>The queue of one link. A data structure only: no lock, no clock, no I/O.</summary>
internal sealed class OutgoingQueue(OutgoingLimits limits, NodeId self, PassedOnBudget budget)
{
    private const int LinkShare = 512 * 1024;
    private const int OwnShare = 256 * 1024;
    private const int OthersShare = 256 * 1024;
    private const int BulkShare = 256 * 1024;

    private readonly ControlQueue _link = new(LinkShare);
    private readonly ControlQueue _own = new(OwnShare);
    private readonly ControlQueue _others = new(OthersShare);
    private readonly BodyQueue _bodies = new(limits, budget);
    private long _bulkCredit = BulkShare;

    public int Count => _link.Count + _own.Count + _others.Count + _bodies.Count;
    public long ControlBytes => _link.Bytes + _own.Bytes + _others.Bytes;
    public long BulkBytes => _bodies.Bytes;

    /// <summary>Messages without a body that were dropped.</summary>
    public long Dropped { get; private set; }

    /// <summary>False when the neighbour does not read: the message was not taken, and the caller closes the link.
    /// </summary>
    /// <param name="controlBytesMax">For each class of routed messages.</param>
    public bool TryAdd(Message message, long controlBytesMax)
    {
        var cost = MessageCost.Of(message);
        var queue = ClassOf(message);
        if (queue == _link && _link.Bytes + cost > limits.LinkBytesMax) return false;
        queue.Add(new Outgoing(message, null, cost));
        if (queue != _link) Dropped += queue.DropDownTo(controlBytesMax);
        return true;
    }

    /// <inheritdoc cref="BodyQueue.Add"/>
    public int Add(NodeId from, FileTransfer head, Payload body) =>
        _bodies.Add(from, new Outgoing(head, body, MessageCost.Of(head) + body.Length));

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
    public bool TryTakeControl(out Outgoing next) =>
        _link.TryTake(out next) || _own.TryTake(out next) || _others.TryTake(out next);

    /// <summary>Empties the queue and disposes the bodies.</summary>
    public void Clear()
    {
        _link.Clear();
        _own.Clear();
        _others.Clear();
        _bodies.Clear();
    }

    private ControlQueue ClassOf(Message message) => message switch
    {
        RoutedMessage routed when routed.Envelope.Source != self => _others,
        HasFile or SearchReport or ManifestPart or Sealed { IsAnswer: true } => _others,
        RouteRequest or RouteReply => _link,
        RoutedMessage => _own,
        _ => _link,
    };

    private bool TryTakeBulk(out Outgoing next)
    {
        next = default;
        if (_bulkCredit <= 0 || !_bodies.TryTake(out next)) return false;
        _bulkCredit -= next.Cost;
        return true;
    }

    private bool HasCredit =>
        _link.HasCredit || _own.HasCredit || _others.HasCredit || (_bodies.Count > 0 && _bulkCredit > 0);

    /// <summary>
    /// A class that overdrew in earlier rounds carries the deficit over, so several rounds may start before one has
    /// credit.
    /// </summary>
    private void StartRound()
    {
        do
        {
            _link.StartRound();
            _own.StartRound();
            _others.StartRound();
            _bulkCredit = Math.Min(BulkShare, _bulkCredit + BulkShare);
        }
        while (!HasCredit);
    }
}
