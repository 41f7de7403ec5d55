using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Routing;

/// <summary>
/// Who is reachable through whom. The table starts empty and learns from the envelope of every message that passes.
/// Each hop puts its own metric to the source into the envelope, so an envelope is a distance-vector update for its
/// source, and the loop-freedom of RFC 8966 (feasibility, destination sequence numbers) carries over. Links are
/// connections and work both ways, so a message from S through N shows that N reaches S: no separate proof is needed.
/// docs/protocol.md §4.
/// </summary>
/// <param name="costOf">The cost of a neighbour, over all links to it.</param>
internal sealed class RoutingTable(TimeSpan lifetime, Func<NodeId, uint> costOf)
{
    /// <summary>Bounds memory against a neighbour that invents nodes; further destinations are not learnt.</summary>
    public const int DestinationsMax = 10_000;

    private readonly SortedDictionary<NodeId, Destination> _destinations = [];

    /// <summary>How many destinations have a route.</summary>
    public int ReachableCount => _destinations.Values.Count(destination => destination.Selected is not null);

    /// <summary>Takes in what an envelope says of its source. True when the source has just become reachable.</summary>
    public bool Learn(Instant now, NodeId neighbour, in Envelope envelope)
    {
        if (envelope.MetricMicroseconds == Envelope.Unreachable) return false;
        if (!_destinations.TryGetValue(envelope.Source, out var destination))
        {
            if (_destinations.Count >= DestinationsMax) return false;
            _destinations.Add(envelope.Source, destination = new Destination());
        }
        var route = destination.Routes.Find(known => known.NextHop == neighbour);
        if (route is null) destination.Routes.Add(route = new Route(neighbour));
        if (envelope.Sequence < route.Sequence) return false; // An old message that was delayed in a queue.
        route.Update(now, envelope);
        destination.TouchedAt = now;
        var wasReachable = destination.Selected is not null;
        Select(destination);
        return !wasReachable && destination.Selected is not null;
    }

    /// <summary>The best feasible route, or the best that does not use <paramref name="except"/>.</summary>
    public Route? NextHop(NodeId node, NodeId? except)
    {
        if (!_destinations.TryGetValue(node, out var destination)) return null;
        return destination.Selected?.NextHop != except ? destination.Selected : Best(destination, except);
    }

    public uint MetricOf(Route route) =>
        (uint)Math.Min(Envelope.Unreachable - 1UL, (ulong)route.Advertised + costOf(route.NextHop));

    /// <summary>
    /// What this node advertises about <paramref name="source"/> in a message that it forwards. Lowers the feasibility
    /// distance: from now on only neighbours with a smaller metric are feasible. <see cref="Envelope.Unreachable"/>
    /// when it has no route itself.
    /// </summary>
    public (ulong Sequence, uint Metric, int Hops) Advertise(NodeId source)
    {
        if (!_destinations.TryGetValue(source, out var destination) || destination.Selected is null)
            return (0, Envelope.Unreachable, 0);
        var route = destination.Selected = Newest(destination, destination.Selected);
        var metric = MetricOf(route);
        destination.OnAdvertised(route.Sequence, metric);
        return (route.Sequence, metric, route.Hops);
    }

    /// <summary>The sequence number that an answer about the node must reach.</summary>
    public ulong SequenceWanted(NodeId node) =>
        _destinations.TryGetValue(node, out var destination) ? destination.SequenceWanted : 0;

    /// <summary>
    /// Raises the number that a forwarded request asks for to what this node needs as well, since the answer comes back
    /// through it. A node whose clock was set back starts with a number that is old here; this request tells it from
    /// which number to go on.
    /// </summary>
    public RouteRequest Raise(RouteRequest request) =>
        request with { MinSequence = Math.Max(request.MinSequence, SequenceWanted(request.Wanted)) };

    /// <summary>Removes the routes through a neighbour that were heard before a moment.</summary>
    public RouteLosses RemoveNeighbour(NodeId neighbour, Instant heardBefore) =>
        Remove(_destinations.Values, route => route.NextHop == neighbour && route.HeardAt < heardBefore);

    /// <summary>A neighbour no longer reaches these.</summary>
    public RouteLosses Withdraw(NodeId neighbour, IReadOnlyList<NodeId> nodes)
    {
        var known = nodes.Where(_destinations.ContainsKey).Distinct().Select(node => _destinations[node]);
        return Remove(known, route => route.NextHop == neighbour);
    }

    /// <summary>A neighbour's cost has changed at once, because a link to it has come up or gone down.</summary>
    public void OnCostChanged(NodeId neighbour)
    {
        foreach (var destination in _destinations.Values)
            if (destination.Routes.Exists(route => route.NextHop == neighbour)) Select(destination);
    }

    /// <summary>
    /// Removes routes that have not been refreshed for a lifetime. The feasibility distance is kept for longer:
    /// forgotten too early, it could let a loop form.
    /// </summary>
    public RouteLosses Expire(Instant now)
    {
        var losses = Remove(_destinations.Values, route => now - route.HeardAt > lifetime);
        var forgotten = _destinations
            .Where(entry => entry.Value.Routes.Count == 0 && now - entry.Value.TouchedAt > lifetime * 3)
            .Select(entry => entry.Key).ToList();
        foreach (var node in forgotten) _destinations.Remove(node);
        return losses;
    }

    /// <summary>All routes, those in use and the cheaper ones first.</summary>
    public IReadOnlyList<RouteStatus> Status(Instant now, Func<NodeId, string> transportOf) =>
    [
        .. from entry in _destinations
           from route in entry.Value.Routes
           let verdict = VerdictOn(route, entry.Value)
           orderby entry.Key, verdict != RouteVerdict.InUse, MetricOf(route)
           select new RouteStatus(
               entry.Key, route.NextHop, route.Hops, TimeSpan.FromMicroseconds(MetricOf(route)),
               TimeSpan.FromMicroseconds(costOf(route.NextHop)), transportOf(route.NextHop), now - route.HeardAt,
               verdict),
    ];

    private RouteVerdict VerdictOn(Route route, Destination destination)
    {
        if (route == destination.Selected) return RouteVerdict.InUse;
        if (!destination.IsFeasible(route)) return RouteVerdict.MayLoop;
        var isCheaper = destination.Selected is { } inUse && MetricOf(route) < MetricOf(inUse);
        return isCheaper ? RouteVerdict.HardlyCheaper : RouteVerdict.Dearer;
    }

    private RouteLosses Remove(IEnumerable<Destination> destinations, Predicate<Route> gone)
    {
        var affected = destinations.Where(destination => destination.Routes.Exists(gone)).ToHashSet();
        var losses = new RouteLosses([], []);
        foreach (var (node, destination) in _destinations.Where(entry => affected.Contains(entry.Value)))
        {
            var lostSelected = destination.Selected is { } selected && gone(selected);
            destination.Routes.RemoveAll(gone);
            if (!lostSelected) continue;
            destination.Selected = null;
            Select(destination);
            (destination.Selected is null ? losses.Unreachable : losses.Rerouted).Add(node);
        }
        return losses;
    }

    private void Select(Destination destination)
    {
        var best = Best(destination, except: null);
        if (destination.Selected is { } current && best is not null && destination.IsFeasible(current)
            && (ulong)MetricOf(best) * 5 >= (ulong)MetricOf(current) * 4)
            return;
        destination.Selected = best;
    }

    /// <summary>
    /// The best route of the newest number, or the one in use when its number is as new. A node that advertised an
    /// older number than it has heard would end a flood, or the answer to a Route Request, at itself. A route with a
    /// newer number than a feasible one is feasible.
    /// </summary>
    private Route Newest(Destination destination, Route route)
    {
        var inUse = route;
        foreach (var other in destination.Routes)
        {
            var newer = other.Sequence > route.Sequence;
            var nearer = other.Sequence == route.Sequence && route != inUse && MetricOf(other) < MetricOf(route);
            if (newer || nearer) route = other;
        }
        return route;
    }

    private Route? Best(Destination destination, NodeId? except) => destination.Routes
        .Where(route => route.NextHop != except && destination.IsFeasible(route))
        .OrderBy(MetricOf).ThenBy(route => route.NextHop).FirstOrDefault();
}

/// <param name="Unreachable">No feasible route is left.</param>
/// <param name="Rerouted">Another route is used from now on; what was in flight on the old one may be lost.</param>
internal sealed record RouteLosses(List<NodeId> Unreachable, List<NodeId> Rerouted);
