using System.Collections.Concurrent;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Links.Pump;
using Ferry.Runtime.Loop;
using Ferry.Transports.Secure;

namespace Ferry.Runtime.Links;

/// <summary>
/// The links of this node and who is at their other ends. A link is added when its handshake is over; its pump is
/// started by the loop when the core learns of the link, so that nothing arrives from a link the core does not know.
/// </summary>
/// <param name="pump">Starts the pump of a link.</param>
internal sealed class LinkTable(Func<LinkId, SecureLink, LinkPump> pump, NodeLife life)
    : ILinkedNodes, IAsyncDisposable
{
    private const string Unwanted = "the user of this node does not want the other one";

    private readonly ConcurrentDictionary<LinkId, Entry> _links = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<(NodeId Node, string Path), Presence> _present = [];
    private readonly AsyncSignal _changed = new();
    private int _lastId;

    /// <summary>A link has ended. On the loop's thread.</summary>
    public event EventHandler? Lost;

    public int Count => _links.Count;

    public LinkId Add(SecureLink link)
    {
        var id = new LinkId(Interlocked.Increment(ref _lastId));
        var entry = _links[id] = new Entry(link);
        lock (_gate)
        {
            if (!_present.TryGetValue(entry.Way, out var presence)) _present[entry.Way] = presence = new Presence();
            presence.Links++;
        }
        _changed.Set();
        return id;
    }

    /// <summary>Called by the loop.</summary>
    public void Start(LinkId id)
    {
        if (!_links.TryGetValue(id, out var entry)) return;
        var running = entry.Pump = pump(id, entry.Link);
        entry.Ending = life.RunAsync("a link", _ => EndAsync(running, entry.Link.Peer), CancellationToken.None);
        if (entry.IsUnwanted) running.CloseAfterFlush(LeaveReason.LeftNetwork, Unwanted);
    }

    /// <summary>The user does not want the node any more: its links say goodbye and end.</summary>
    public void CloseTo(NodeId node)
    {
        foreach (var entry in _links.Values.Where(entry => entry.Link.Peer == node))
        {
            entry.IsUnwanted = true;
            entry.Pump?.CloseAfterFlush(LeaveReason.LeftNetwork, Unwanted);
        }
    }

    /// <summary>Null when the link is gone.</summary>
    public NodeId? PeerOf(LinkId id) => _links.TryGetValue(id, out var entry) ? entry.Link.Peer : null;

    /// <summary>Null when the link is gone.</summary>
    public LinkPump? Find(LinkId id) => _links.TryGetValue(id, out var entry) ? entry.Pump : null;

    /// <summary>Called by the loop.</summary>
    public void Remove(LinkId id)
    {
        if (!_links.TryRemove(id, out var entry)) return;
        lock (_gate)
        {
            var presence = _present[entry.Way];
            if (--presence.Links == 0)
            {
                _present.Remove(entry.Way);
                presence.Away.TrySetResult();
            }
        }
        _changed.Set();
        Lost?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>Where the others are, one of each link.</summary>
    public IEnumerable<string> Addresses => _links.Values.Select(entry => entry.Link.Address);

    /// <summary>Who is linked, with what it calls itself.</summary>
    public IReadOnlyList<(NodeId Node, string Nickname)> Peers =>
        [.. _links.Values.Select(entry => (entry.Link.Peer, entry.Link.PeerJoin.Nickname)).Distinct()];

    public IReadOnlySet<string> TransportsTo(NodeId node) => _links.Values
        .Where(entry => entry.Link.Peer == node).Select(entry => entry.Link.Traits.Transport).ToHashSet();

    public Task WhenChangedAsync(CancellationToken cancel) => _changed.WaitAsync(cancel);

    /// <summary>
    /// Completes when no link to the neighbour over that path is up. Links over other paths do not count: a node that
    /// lost its fast link is redialed although a slow one is still up.
    /// </summary>
    public Task WhenAwayAsync(DialedPeer neighbour)
    {
        lock (_gate)
        {
            var isPresent = _present.TryGetValue((neighbour.Node, neighbour.Path), out var presence);
            return isPresent ? presence!.Away.Task : Task.CompletedTask;
        }
    }

    /// <summary>Ends when all links that run now have ended.</summary>
    public Task WhenAllEndAsync() =>
        Task.WhenAll(_links.Values.Select(entry => entry.Ending));

    /// <summary>Closes the remaining links, after the last Add and after the loop has stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var entry in _links.Values)
        {
            if (entry.Pump is { } running) await running.DisposeAsync();
            else await entry.Link.DisposeAsync();
            await entry.Ending;
        }
        _links.Clear();
    }

    private static async Task EndAsync(LinkPump pump, NodeId peer)
    {
        try
        {
            await pump.Completion;
        }
        catch (Exception e)
        {
            throw new NeighbourFaultException(peer, e);
        }
    }

    private sealed class Entry(SecureLink link)
    {
        private volatile LinkPump? _pump;
        private volatile bool _isUnwanted;

        public SecureLink Link { get; } = link;
        public (NodeId Node, string Path) Way { get; } = (link.Peer, link.Path);

        /// <summary>Null until the loop starts it.</summary>
        public LinkPump? Pump
        {
            get => _pump;
            set => _pump = value;
        }

        /// <summary>Set before the pump is looked for, and looked at after it is set: one of both closes it.</summary>
        public bool IsUnwanted
        {
            get => _isUnwanted;
            set => _isUnwanted = value;
        }

        /// <summary>Ends with the pump; never faults.</summary>
        public Task Ending { get; set; } = Task.CompletedTask;
    }

    private sealed class Presence
    {
        public int Links { get; set; }
        public TaskCompletionSource Away { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
