using Ferry.Protocol.Values;

namespace Ferry.Protocol.Routing;

/// <summary>
/// What is known of one destination: the routes to it, and the feasibility distance, which is the smallest metric this
/// node ever advertised under the newest sequence number (RFC 8966 §2.4). A route is feasible when its neighbour
/// advertised a smaller metric than that, or a newer number: along feasible routes the distance falls at every hop, so
/// no loop can form.
/// </summary>
internal sealed class Destination
{
    private readonly List<Route> _routes = [];
    private ulong _feasibleSequence;
    private uint _feasibleMetric = uint.MaxValue;

    public Destination(NodeId node, Deadlines deadlines)
    {
        Node = node;
        Expiry = deadlines.New(this, CoreTimer.RouteExpiry);
    }

    public NodeId Node { get; }
    public IReadOnlyList<Route> Routes => _routes;

    /// <summary>The route in use; it changes only for a better one by a fifth, or when it is gone.</summary>
    public Route? Selected { get; set; }
    public Instant TouchedAt { get; set; }

    /// <summary>When to look for ways that nobody speaks of any more.</summary>
    public Deadline Expiry { get; }

    /// <summary>The newest sequence number that any neighbour speaks of.</summary>
    public ulong NewestSequence { get; private set; }

    /// <summary>The number that an answer to a route request must reach to be of use here.</summary>
    public ulong SequenceWanted => _feasibleSequence + 1;

    public bool IsFeasible(Route route) =>
        route.Sequence > _feasibleSequence
        || (route.Sequence == _feasibleSequence && route.Advertised < _feasibleMetric);

    public Route? Through(NodeId neighbour)
    {
        if (Selected is { } inUse && inUse.NextHop == neighbour) return inUse;
        foreach (var route in _routes)
            if (route.NextHop == neighbour) return route;
        return null;
    }

    public void Add(Route route) => _routes.Add(route);

    public void OnHeard(Instant now, Route route)
    {
        TouchedAt = now;
        NewestSequence = Math.Max(NewestSequence, route.Sequence);
    }

    public void Remove(Predicate<Route> gone)
    {
        _routes.RemoveAll(gone);
        NewestSequence = _routes.Count == 0 ? 0 : _routes.Max(route => route.Sequence);
    }

    public void OnAdvertised(ulong sequence, uint metric)
    {
        if (sequence < _feasibleSequence) return;
        _feasibleMetric = sequence > _feasibleSequence ? metric : Math.Min(_feasibleMetric, metric);
        _feasibleSequence = sequence;
    }
}
