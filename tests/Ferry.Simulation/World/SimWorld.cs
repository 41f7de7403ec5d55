using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Simulation.Checkers;
using Ferry.Simulation.Network;
using Ferry.Simulation.Node;
using Ferry.Simulation.Replay;

namespace Ferry.Simulation.World;

/// <summary>
/// Virtual time: a queue of what will happen, taken in order of time and, at the same time, of making. Everything runs
/// on one thread and all chance comes from one seed, so that a seed is a run.
/// </summary>
internal sealed class SimWorld
{
    private readonly PriorityQueue<Action, (long At, long Order)> _events = new();
    private readonly List<SimNode> _nodes = [];
    private readonly List<Wire> _wires = [];
    private readonly Dictionary<ContentId, SimContent> _contents = [];
    private long _order;

    public SimWorld(ulong seed, Trace trace)
    {
        Random = new SeededRandom(seed);
        Trace = trace;
        Checks = new CheckerSet(this);
    }

    /// <summary>Microseconds since the world began.</summary>
    public long Now { get; private set; }
    public long Steps { get; private set; }
    public SeededRandom Random { get; }
    public Trace Trace { get; }
    public Reached Reached { get; } = new();

    /// <summary>
    /// A download may end without its file, by its holder's or its disk's fault: then the user asks again.
    /// </summary>
    public bool MayFail { get; set; }

    /// <summary>Nothing is in the way of a search: each finds the content, at the first time.</summary>
    public bool SearchesFind { get; set; }

    /// <summary>
    /// Microseconds of the world. Numbers that a liar makes up run round the circle of serial numbers, where "newer" is
    /// no order: until it has been silent for a while ways may lead back, and hop limits end what goes round.
    /// </summary>
    public long RoutesAreForgedUntil { get; set; }

    /// <summary>Room for the codec to write into.</summary>
    public byte[] Scratch { get; } = new byte[WireLimits.HeadBytesMax];
    public CheckerSet Checks { get; }

    /// <summary>Null when nobody wants to replay the nodes' cores.</summary>
    public Flights? Flights { get; init; }
    public IReadOnlyList<SimNode> Nodes => _nodes;
    public IReadOnlyList<Wire> Wires => _wires;
    public IReadOnlyDictionary<ContentId, SimContent> Contents => _contents;

    public SimNode AddNode()
    {
        var node = new SimNode(this, _nodes.Count);
        _nodes.Add(node);
        return node;
    }

    public Wire AddWire(SimNode dialer, SimNode listener, WireTraits traits, int network = 0)
    {
        var wire = new Wire(this, _wires.Count, dialer, listener, traits, network);
        _wires.Add(wire);
        return wire;
    }

    /// <summary>
    /// The same bytes are the same content: the first name stays (all empty files are one, for instance).
    /// </summary>
    /// <param name="holes">Chunks of zeros.</param>
    public SimContent AddContent(string name, int size, params IReadOnlyList<int> holes)
    {
        var content = SimContent.Create(name, size, Random, holes);
        return _contents.TryAdd(content.Id, content) ? content : _contents[content.Id];
    }

    public SimNode? Find(NodeId id) => _nodes.Find(node => node.Id == id);

    /// <summary>Puts an event into the queue.</summary>
    public void After(long microseconds, Action action)
        => _events.Enqueue(action, (Now + Math.Max(0, microseconds), _order++));

    public void After(TimeSpan span, Action action) => After(span.Ticks / 10, action);

    /// <summary>
    /// Runs until <paramref name="done"/> holds (asked once a virtual second). False when the time is up.
    /// </summary>
    public bool RunUntil(Func<bool> done, TimeSpan limit)
    {
        var end = Now + limit.Ticks / 10;
        for (var ask = Now; ask <= end; ask += 1_000_000)
        {
            RunTo(ask);
            if (done()) return true;
        }
        return false;
    }

    /// <summary>Runs everything that is due up to a moment.</summary>
    public void RunTo(long until)
    {
        while (_events.TryPeek(out _, out var next) && next.At <= until)
        {
            var action = _events.Dequeue();
            Now = next.At;
            Steps++;
            action();
            Checks.AfterStep();
        }
        Now = Math.Max(Now, until);
    }

    /// <summary>Microseconds from 0 to <paramref name="max"/>.</summary>
    public long Chance(long max) => max <= 0 ? 0 : (long)(Random.NextDouble() * max);
}
