using Ferry.Protocol.Dialing;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Network;

/// <summary>
/// What joins two nodes: an air path or a cable, on which connections (sessions) come and go. The dialer keeps
/// the other joined by the program's <see cref="RedialSchedule"/>, for ever.
/// </summary>
/// <param name="network">Wires between the same nodes in different networks are different paths.</param>
internal sealed class Wire(
    SimWorld world, int index, SimNode dialer, SimNode listener, WireTraits traits, int network)
{
    private readonly List<Session> _sessions = [];
    private readonly List<(LinkEnd From, LinkEnd.Frame Frame)> _kept = [];
    private RedialSchedule _schedule = new(world.Random);
    private long _attempt;
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

    /// <summary>The dialer starts, or comes back to the network: it tries at once, and knows of no attempt before.
    /// </summary>
    public void Join()
    {
        _schedule = new RedialSchedule(world.Random);
        DialAfter(TimeSpan.FromMicroseconds(world.Chance(100_000)));
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
        foreach (var session in _sessions.ToArray()) session.Resume();
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

    /// <summary>One side has no connection here any more: whoever dials over this path from there tries again.
    /// </summary>
    public void SessionEnded(Session session, SimNode side)
    {
        if (session.IsOver) _sessions.Remove(session);
        var lasted = side.Clock - session.EndOf(side).UpSince;
        foreach (var wire in world.Wires)
            if (wire.Dialer == side && wire.Path == Path) wire.PathEnded(lasted);
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

    /// <summary>The dialer has a connection over the path, whoever made it: there is nothing to dial for.</summary>
    private bool IsLinked => world.Wires.Any(wire =>
        wire.Path == Path && wire._sessions.Exists(session => session.IsOpenAt(dialer)));

    private void PathEnded(TimeSpan lasted)
    {
        if (!IsLinked) DialAfter(_schedule.AfterLink(lasted));
    }

    /// <summary>In place of any attempt that was to come.</summary>
    private void DialAfter(TimeSpan wait)
    {
        var attempt = ++_attempt;
        world.After(wait, () => { if (attempt == _attempt) Dial(); });
    }

    private void Dial()
    {
        if (!dialer.WantsLinks || _forgotten || IsLinked) return;
        var (attempt, dialerLife, listenerLife) = (++_attempt, dialer.Life, listener.Life);
        world.After(3 * traits.Latency + 5_000, () =>
        {
            if (attempt != _attempt || dialer.Life != dialerLife || !dialer.WantsLinks || _forgotten) return;
            if (!_healed || IsStalled || !listener.WantsLinks || listener.Life != listenerLife)
            {
                DialAfter(_schedule.AfterFailure());
                return;
            }
            var session = new Session(world, this);
            _sessions.Add(session);
            session.Open();
        });
    }
}
