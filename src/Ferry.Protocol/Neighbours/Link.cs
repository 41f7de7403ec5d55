using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Neighbours;

/// <summary>One link to a neighbour: liveness, cost, and how much bulk waits for it.</summary>
internal sealed class Link
{
    /// <summary>Own bulk queued for a link: a quarter of a second of its rate, within these bounds.</summary>
    public const long QueueBytesMin = 64 * 1024;
    public const long QueueBytesMax = 8 * 1024 * 1024;

    /// <summary>A piece has a head of some 150 bytes: below this size the head is a cost that counts.</summary>
    private const int PieceBytesMin = 8 * 1024;

    /// <summary>Heartbeats whose replies count: on a slow link one may be under way when the next goes.</summary>
    private const int HeartbeatsMax = 4;

    /// <summary>A link on which an answer takes longer is given up.</summary>
    private static readonly TimeSpan RoundTripMax = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StillAfter = TimeSpan.FromSeconds(1);

    private readonly Input.LinkUp _up;
    private readonly Queue<Instant> _heartbeats = [];
    private long _measuredRate;
    private long _sentBytes;
    private Instant _movedAt;

    public Link(Input.LinkUp up, Instant upSince, Deadlines deadlines)
    {
        (_up, UpSince) = (up, upSince);
        (DeadDue, HeartbeatDue) = (deadlines.New(this, CoreTimer.LinkDead), deadlines.New(this, CoreTimer.Heartbeat));
        Cost = CostOf(Latency, Rate);
    }

    public LinkId Id => _up.Link;
    public NodeId Node => _up.Peer.Node;
    public string Nickname => _up.Peer.Nickname;

    /// <summary>Of which start of the neighbour it is.</summary>
    public ulong Run => _up.Peer.Run;
    public string Address => _up.Address;

    /// <summary>A link of another run came up then, and this one has not shown since that it is alive.</summary>
    public Instant? ChallengedAt { get; set; }
    public string Transport => _up.Traits.Transport;

    /// <summary>Whether this node dialed the link; both ends know it.</summary>
    public bool Dialed => _up.Dialed;
    public Instant UpSince { get; }
    public Deadline DeadDue { get; }
    public Deadline HeartbeatDue { get; }
    public TimeSpan? RoundTrip { get; private set; }
    public TimeSpan Latency => RoundTrip is { } roundTrip ? roundTrip / 2 : _up.Traits.TypicalLatency;

    /// <summary>Body bytes handed to the link that it has not put on the wire.</summary>
    public long QueuedBytes { get; private set; }
    public long RoomBytes => QueueLimit - QueuedBytes;

    /// <summary>Bytes per second, at least 1.</summary>
    public long Rate => Math.Max(1, _measuredRate > 0 ? _measuredRate : _up.Traits.TypicalRate);

    /// <summary>The size of a piece that occupies the link for a quarter of a second at most.</summary>
    public int PieceBytes => (int)Math.Clamp(Rate / 4, PieceBytesMin, WireLimits.PieceBytesMax);

    /// <summary>
    /// Expected microseconds to move a mebibyte over this link. It follows the measurements only when they have doubled
    /// or halved (hysteresis): a metric that drifts makes good routes infeasible. It is updated by measurements, never
    /// by a read, so that a listing of routes does not change them.
    /// </summary>
    public uint Cost { get; private set; }

    /// <summary>
    /// The rate that a transport promises is believed only as far as the link has shown it: until the rate is measured,
    /// the limit grows with the bytes already sent, so that a link slower than promised delays little.
    /// </summary>
    private long QueueLimit
    {
        get
        {
            var quarter = Math.Clamp(Rate / 4, QueueBytesMin, QueueBytesMax);
            return _measuredRate > 0 ? quarter : Math.Min(quarter, QueueBytesMin + _sentBytes);
        }
    }

    /// <summary>Two links over the same path share one medium: one of them is a duplicate.</summary>
    public bool IsDuplicateOf(Link other) => Node == other.Node && Run == other.Run && _up.Path == other._up.Path;

    /// <summary>
    /// Of duplicates the newer is used, and of two runs of the neighbour: the older link is dead, or not the same
    /// machine's.
    /// </summary>
    public bool IsSupersededBy(Link newer) => Run != newer.Run || IsDuplicateOf(newer);

    /// <summary>
    /// Seconds until so many more bytes, queued behind all that waits, have arrived at the other end.
    /// </summary>
    public double SecondsToDeliver(long bytes) => (double)(QueuedBytes + bytes) / Rate + Latency.TotalSeconds;

    /// <summary>
    /// Bulk is queued and does not drain: the link may be dead without the heartbeats having found out yet.
    /// </summary>
    public bool IsStalled(Instant now) =>
        QueuedBytes > 0 && now - _movedAt > StillAfter + TimeSpan.FromSeconds(4.0 * QueuedBytes / Rate);

    public void OnQueued(Instant now, int bytes)
    {
        if (QueuedBytes == 0) _movedAt = now;
        QueuedBytes += bytes;
    }

    public void OnSent(Instant now, int bytes)
    {
        _movedAt = now;
        _sentBytes += bytes;
        QueuedBytes = Math.Max(0, QueuedBytes - bytes);
    }

    /// <summary>Smoothed (an exponential average): a route must not flap with every burst.</summary>
    /// <returns>True when the cost has changed.</returns>
    public bool OnMeasured(long bytesPerSecond)
    {
        if (bytesPerSecond <= 0) return false;
        _measuredRate = _measuredRate == 0 ? bytesPerSecond : (_measuredRate * 3 + bytesPerSecond) / 4;
        return FollowCost();
    }

    /// <summary>The number of a heartbeat is the moment at which it is sent.</summary>
    public Heartbeat HeartbeatAt(Instant now)
    {
        _heartbeats.Enqueue(now);
        if (_heartbeats.Count > HeartbeatsMax) _heartbeats.Dequeue();
        return new Heartbeat((ulong)now.Microseconds);
    }

    /// <summary>It answers a heartbeat of this link that has not been answered: others are made up.</summary>
    public bool IsAwaited(HeartbeatReply reply) =>
        _heartbeats.Any(sent => (ulong)sent.Microseconds == reply.Number);

    /// <summary>Those before it are not awaited any more.</summary>
    /// <returns>True when the cost has changed.</returns>
    public bool OnHeartbeatReply(Instant now, HeartbeatReply reply)
    {
        if (!IsAwaited(reply)) return false;
        var sent = new Instant((long)reply.Number);
        while (_heartbeats.TryPeek(out var oldest) && oldest <= sent) _heartbeats.Dequeue();
        var roundTrip = now - sent < RoundTripMax ? now - sent : RoundTripMax;
        RoundTrip = RoundTrip is { } before ? (before * 7 + roundTrip) / 8 : roundTrip;
        return FollowCost();
    }

    public LinkStatus Status(Instant now, LinkRole role) =>
        new(Id, Node, Nickname, Transport, _up.Address, Dialed, Rate, RoundTrip, now - UpSince, role);

    private bool FollowCost()
    {
        var cost = CostOf(Latency, Rate);
        if (cost <= Cost * 2.0 && cost >= Cost / 2.0) return false;
        Cost = cost;
        return true;
    }

    private static uint CostOf(TimeSpan latency, long rate)
    {
        var microseconds = latency.TotalMicroseconds + (double)(1L << 20) / rate * 1_000_000;
        return (uint)Math.Clamp(microseconds, 1, Envelope.Unreachable / 64);
    }
}
