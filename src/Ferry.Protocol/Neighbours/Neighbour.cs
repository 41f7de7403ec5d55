using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Neighbours;

/// <summary>One link and the node at its other end: liveness, cost, and how much bulk is on its way to it.</summary>
internal sealed class Neighbour(Input.LinkUp up, Instant upSince)
{
    /// <summary>Own bulk queued for a link: a quarter of a second of its rate, within these bounds.</summary>
    public const long QueueBytesMin = 64 * 1024;
    public const long QueueBytesMax = 8 * 1024 * 1024;

    /// <summary>Floods a neighbour may start or pass on: 200 at once, 50 a second in the long run.</summary>
    private readonly TokenBucket _floods = new(200, 50);
    private long _measuredRate;
    private uint _cost;

    public LinkId Link => up.Link;
    public NodeId Node => up.Peer.Node;
    public string Nickname => up.Peer.Nickname;
    public LinkTraits Traits => up.Traits;
    public bool Dialed => up.Dialed;

    /// <summary>Two links over the same path share what carries them: one is too many.</summary>
    public bool IsTwinOf(Neighbour other) => Node == other.Node && Path == other.Path;
    public Instant UpSince { get; } = upSince;
    public TimerTable Timers { get; } = new();
    public TimeSpan? RoundTrip { get; private set; }

    /// <summary>Body bytes handed to the link that it has not put on the wire.</summary>
    public long QueuedBytes { get; private set; }
    public long RoomBytes => QueueLimit - QueuedBytes;
    public long Rate => _measuredRate > 0 ? _measuredRate : Traits.TypicalRate;

    /// <summary>
    /// Expected microseconds to move a mebibyte over this link: what a hop adds to a route's metric. It follows the
    /// measurements only when they have doubled or halved: a metric that wanders makes good routes infeasible.
    /// </summary>
    public uint Cost
    {
        get
        {
            var latency = RoundTrip is { } roundTrip ? roundTrip / 2 : Traits.TypicalLatency;
            var cost = latency.TotalMicroseconds + (double)(1L << 20) / Math.Max(1, Rate) * 1_000_000;
            if (cost > _cost * 2.0 || cost < _cost / 2.0) _cost = (uint)Math.Clamp(cost, 1, Envelope.Unreachable / 64);
            return _cost;
        }
    }

    private string Path => up.Path;
    private long QueueLimit => Math.Clamp(Rate / 4, QueueBytesMin, QueueBytesMax);

    public bool TakeFloodToken(Instant now) => _floods.TryTake(now);
    public void OnQueued(int bytes) => QueuedBytes += bytes;
    public void OnSent(int bytes) => QueuedBytes = Math.Max(0, QueuedBytes - bytes);

    /// <summary>Follows the measurements smoothly: a route must not flap with every burst.</summary>
    public void OnMeasured(long bytesPerSecond)
    {
        if (bytesPerSecond <= 0) return;
        _measuredRate = _measuredRate == 0 ? bytesPerSecond : (_measuredRate * 3 + bytesPerSecond) / 4;
    }

    /// <summary>
    /// The number of a heartbeat is the moment at which it is sent: there is nothing to remember, and a reply with a
    /// number made up misleads only about the neighbour that made it up.
    /// </summary>
    public static Heartbeat HeartbeatAt(Instant now) => new((ulong)now.Microseconds);

    public void OnHeartbeatReply(Instant now, HeartbeatReply reply)
    {
        if (reply.Number > (ulong)now.Microseconds) return;
        var roundTrip = now - new Instant((long)reply.Number);
        RoundTrip = RoundTrip is { } before ? (before * 7 + roundTrip) / 8 : roundTrip;
    }

    public NeighbourStatus Status(Instant now) =>
        new(Link, Node, Nickname, Traits.Transport, up.Address, Dialed, Rate, RoundTrip, now - UpSince);
}
