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
    private (ulong Sequence, uint Metric)? _feasible;

    public Destination(NodeId node, NodeId introducer, Deadlines deadlines)
    {
        (Node, Introducer) = (node, introducer);
        Place = new LinkedListNode<Destination>(this);
        Expiry = deadlines.New(this, CoreTimer.RouteExpiry);
    }

    public NodeId Node { get; }

    /// <summary>The neighbour that spoke of it first.</summary>
    public NodeId Introducer { get; }

    /// <summary>Among those of its introducer, the least recently used first.</summary>
    public LinkedListNode<Destination> Place { get; }
    public IReadOnlyList<Route> Routes => _routes;

    /// <summary>The route in use; it changes only for a better one by a fifth, or when it is gone.</summary>
    public Route? Selected { get; set; }
    public Instant TouchedAt { get; set; }

    /// <summary>When to look for ways that nobody speaks of any more.</summary>
    public Deadline Expiry { get; }

    /// <summary>The newest sequence number that any neighbour speaks of; null without routes.</summary>
    public ulong? NewestSequence { get; private set; }

    /// <summary>The number that an answer to a route request must reach to be of use here.</summary>
    public ulong SequenceWanted =>
        _feasible is { } least ? SequenceNumber.After(least.Sequence) : SequenceNumber.Any;

    /// <summary>
    /// What a neighbour says of itself is always feasible: one hop cannot loop, and its word is proven by its link, so
    /// no forged number makes it unreachable.
    /// </summary>
    public bool IsFeasible(Route route) =>
        _feasible is not { } least || route.NextHop == Node || SequenceNumber.IsNewer(route.Sequence, least.Sequence)
        || (route.Sequence == least.Sequence && route.Advertised < least.Metric);

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
        NewestSequence = NewestOf(NewestSequence, route);
    }

    public void Remove(Predicate<Route> gone)
    {
        _routes.RemoveAll(gone);
        NewestSequence = _routes.Aggregate((ulong?)null, NewestOf);
    }

    private static ulong? NewestOf(ulong? newest, Route route) =>
        newest is { } known ? SequenceNumber.Newer(known, route.Sequence) : route.Sequence;

    public void OnAdvertised(ulong sequence, uint metric)
    {
        if (_feasible is not { } least || SequenceNumber.IsNewer(sequence, least.Sequence))
            _feasible = (sequence, metric);
        else if (sequence == least.Sequence)
            _feasible = (sequence, Math.Min(least.Metric, metric));
    }
}
