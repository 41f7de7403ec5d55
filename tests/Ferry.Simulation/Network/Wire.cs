using Ferry.Protocol.Values;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Network;

/// <param name="Rate">Bytes per second each way.</param>
/// <param name="Latency">Microseconds one way.</param>
/// <param name="Jitter">Up to so many more, chosen for each message; the order is kept.</param>
internal sealed record WireTraits(string Transport, long Rate, long Latency, long Jitter, int FrameBytesMax)
{
    public static readonly WireTraits Wifi = new("tcp", 2_000_000, 2_000, 1_000, 256 * 1024);
    public static readonly WireTraits FastWifi = new("tcp", 20_000_000, 1_000, 500, 256 * 1024);
    public static readonly WireTraits Bluetooth = new("bluetooth", 120_000, 25_000, 10_000, 1024);

    /// <summary>What the transport calls typical; null when that is true.</summary>
    public long? PromisedRate { get; init; }

    public LinkTraits ToLinkTraits() =>
        new(Transport, FrameBytesMax, PromisedRate ?? Rate, TimeSpan.FromMicroseconds(Latency));
}

/// <summary>
/// What joins two nodes: an air path or a cable, on which connections (sessions) come and go. The dialer joins as the
/// program's connector does: after 1 s, doubling to 60 s, for ever.
/// </summary>
/// <param name="network">Wires between the same nodes in different networks are different paths.</param>
internal sealed class Wire(
    SimWorld world, int index, SimNode dialer, SimNode listener, WireTraits traits, int network)
{
    private const long BackoffMin = 1_000_000;
    private const long BackoffMax = 60_000_000;

    private readonly List<Session> _sessions = [];
    private readonly List<(LinkEnd From, LinkEnd.Frame Frame)> _kept = [];
    private long _backoff = BackoffMin;
    private bool _dialing;
    private bool _healed = true;
    private bool _forgotten;

    public int Index => index;
    public SimNode Dialer => dialer;
    public SimNode Listener => listener;
    public WireTraits Traits => traits;
    public string Path { get; } = $"{traits.Transport} {network} "
        + $"{Math.Min(dialer.Index, listener.Index)} {Math.Max(dialer.Index, listener.Index)}";

    /// <summary>Messages wait while the wire stands still; none is lost.</summary>
    public bool IsStalled { get; private set; }
    public IReadOnlyList<Session> Sessions => _sessions;

    /// <summary>
    /// One message in this many comes twice, as if over another path as well, or once more on a later connection; 0 for
    /// none.
    /// </summary>
    public int ReplaysOneIn { get; set; }

    /// <summary>Both ends see the same connection.</summary>
    public bool IsUp => _sessions.Exists(session => session.IsWhole);

    /// <summary>How many scheduled cuts hold the wire down.</summary>
    public bool IsCut => !_healed;

    /// <summary>The dialer starts (or comes back): it tries at once.</summary>
    public void Dial(long after = 0)
    {
        if (_dialing || _forgotten) return;
        _dialing = true;
        world.After(after, Try);
    }

    /// <summary>
    /// From now on messages are lost. Silent: each end must find out by itself; otherwise both learn it at once.
    /// </summary>
    public void Cut(bool silent)
    {
        _healed = false;
        world.Trace.Say(world.Now, $"wire{index}", $"cut {(silent ? "silently" : "closed")}");
        foreach (var session in _sessions.ToArray())
        {
            if (silent) session.Lose();
            else session.Break("connection reset");
        }
    }

    public void Heal()
    {
        _healed = true;
        world.Trace.Say(world.Now, $"wire{index}", $"healed");
        Resume();
    }

    /// <summary>The wire is taken away for good.</summary>
    public void Remove(bool silent)
    {
        _forgotten = true;
        Cut(silent);
    }

    public void Stall() => IsStalled = true;

    public void Resume()
    {
        IsStalled = false;
        foreach (var session in _sessions.ToArray()) session.Pump();
    }

    /// <summary>Shall come once more on a later connection.</summary>
    public void Keep(LinkEnd from, LinkEnd.Frame frame) => _kept.Add((from, frame));

    /// <summary>
    /// What the node sent before, in this life: a connection of another life has keys of its own, and nothing of it can
    /// come any more.
    /// </summary>
    public IReadOnlyList<LinkEnd.Frame> TakeKept(SimNode from)
    {
        var kept = _kept.Where(one => one.From.Node == from && one.From.IsOfThisLife).ToArray();
        _kept.RemoveAll(one => one.From.Node == from);
        return [.. kept.Select(one => one.Frame)];
    }

    /// <summary>One side has no connection here any more: the dialer tries again.</summary>
    public void SessionEnded(Session session, SimNode side)
    {
        if (session.IsOver) _sessions.Remove(session);
        if (side == dialer) Dial(BackoffMin);
    }

    /// <summary>A node's memory is gone. Its neighbours learn it at once, or by their heartbeats.</summary>
    public void NodeCrashed(SimNode node, bool silent)
    {
        foreach (var session in _sessions.ToArray())
        {
            if (silent) session.Lose();
            session.Abandon(node, silent);
            if (session.IsOver) _sessions.Remove(session);
        }
    }

    private bool IsLinkedDuplicate(Wire other) =>
        other.Path == Path && other._sessions.Exists(session => session.IsOpenAt(dialer));

    private void Try()
    {
        _dialing = false;
        if (!dialer.WantsLinks || _forgotten || _sessions.Exists(session => session.IsOpenAt(dialer))) return;
        if (world.Wires.Any(IsLinkedDuplicate))
        {
            // The connector waits while there is a link over the path, whoever made it.
            Dial(BackoffMax / 12);
            return;
        }
        if (!listener.WantsLinks || !_healed || IsStalled)
        {
            Dial(_backoff + world.Chance(_backoff / 4));
            _backoff = Math.Min(2 * _backoff, BackoffMax);
            return;
        }
        var (dialerLife, listenerLife) = (dialer.Life, listener.Life);
        _dialing = true;
        world.After(3 * traits.Latency + 5_000, () =>
        {
            _dialing = false;
            var same = dialer.Life == dialerLife && listener.Life == listenerLife;
            if (!same || !_healed || _forgotten || !dialer.WantsLinks || !listener.WantsLinks)
            {
                Dial(BackoffMin);
                return;
            }
            _backoff = BackoffMin;
            var session = new Session(world, this);
            _sessions.Add(session);
            session.Open();
        });
    }
}
