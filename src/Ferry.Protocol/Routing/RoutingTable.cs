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
/// <param name="ids">Node ids are chosen by others: they are hashed under a key.</param>
/// <param name="costOf">The cost of a neighbour, over all links to it.</param>
/// <param name="isKept">Is not forgotten for others: a neighbour, or an end of a transfer of this node.</param>
internal sealed class RoutingTable(
    TimeSpan lifetime, Deadlines deadlines, IEqualityComparer<NodeId> ids, Func<NodeId, uint> costOf,
    Predicate<NodeId> isKept)
{
    /// <summary>Bounds memory against a neighbour that invents nodes: see <see cref="Introductions"/>.</summary>
    public const int DestinationsMax = 10_000;

    /// <summary>Routes expire at whole steps, so that one Route Withdrawal names many.</summary>
    public static readonly TimeSpan ExpiryStep = TimeSpan.FromSeconds(30);

    private readonly Dictionary<NodeId, Destination> _destinations = new(ids);
    private readonly Dictionary<NodeId, HashSet<Destination>> _through = new(ids);
    private readonly Introductions _introductions = new(ids, isKept);
    private readonly List<Destination> _expiring = [];
    private List<NodeId> _moved = [];

    /// <summary>How many destinations have a route.</summary>
    public int ReachableCount => _destinations.Values.Count(destination => destination.Selected is not null);

    /// <summary>Who has a route, and its metric.</summary>
    public IEnumerable<(NodeId Node, uint Metric)> Reachable
    {
        get
        {
            foreach (var destination in _destinations.Values)
                if (destination.Selected is { } route) yield return (destination.Node, MetricOf(route));
        }
    }

    /// <summary>There is a route to it, or was one lately.</summary>
    public bool Knows(NodeId node) => _destinations.ContainsKey(node);

    /// <summary>Takes in what an envelope says of its source. True when the source has just become reachable.</summary>
    public bool Learn(Instant now, NodeId neighbour, in Envelope envelope)
    {
        if (envelope.MetricMicroseconds == Envelope.Unreachable) return false;
        if (!_destinations.TryGetValue(envelope.Source, out var destination))
        {
            if (_destinations.Count >= DestinationsMax && !MakeRoom()) return false;
            destination = new Destination(envelope.Source, neighbour, deadlines);
            _destinations.Add(envelope.Source, destination);
            _introductions.Add(destination);
        }
        var route = destination.Through(neighbour);
        if (route is null) route = AddRoute(destination, neighbour);
        else if (SequenceNumber.IsNewer(route.Sequence, envelope.Sequence)) return false; // It was delayed in a queue.
        var isNearer = envelope.MetricMicroseconds <= route.Advertised;
        route.Update(now, envelope);
        destination.OnHeard(now, route);
        destination.Expiry.ArmBy(StepAfter(now + lifetime));
        var wasReachable = destination.Selected is not null;
        OnUpdated(destination, route, isNearer);
        return !wasReachable && destination.Selected is not null;
    }

    /// <summary>Destinations whose next hop has changed since the last call.</summary>
    public IReadOnlyList<NodeId> TakeMoved()
    {
        if (_moved.Count == 0) return [];
        var moved = _moved;
        _moved = [];
        return moved;
    }

    /// <summary>
    /// The best feasible route, or the best that does not use <paramref name="except"/>: for something to be sent.
    /// </summary>
    public Route? NextHop(NodeId node, NodeId? except)
    {
        if (!_destinations.TryGetValue(node, out var destination)) return null;
        Introductions.OnUsed(destination);
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
        if (!_destinations.TryGetValue(source, out var destination) || destination.Selected is not { } inUse)
            return (0, Envelope.Unreachable, 0);
        var route = Newest(destination, inUse);
        Use(destination, route);
        var metric = MetricOf(route);
        destination.OnAdvertised(route.Sequence, metric);
        return (route.Sequence, metric, route.Hops);
    }

    /// <summary>The sequence number that an answer about the node must reach.</summary>
    public ulong SequenceWanted(NodeId node) =>
        _destinations.TryGetValue(node, out var destination) ? destination.SequenceWanted : SequenceNumber.Any;

    /// <summary>
    /// Raises the number that a forwarded request asks for to what this node needs as well, since the answer comes back
    /// through it. A node whose clock was set back starts with a number that is old here; this request tells it from
    /// which number to go on.
    /// </summary>
    public RouteRequest Raise(RouteRequest request) =>
        request with { MinSequence = SequenceNumber.AtLeast(request.MinSequence, SequenceWanted(request.Wanted)) };

    /// <summary>Removes the routes through a neighbour that were heard before a moment.</summary>
    public RouteLosses RemoveNeighbour(NodeId neighbour, Instant heardBefore) =>
        Remove(Through(neighbour), route => route.NextHop == neighbour && route.HeardAt < heardBefore);

    /// <summary>A neighbour no longer reaches these.</summary>
    public RouteLosses Withdraw(NodeId neighbour, IReadOnlyList<NodeId> nodes)
    {
        var known = nodes.Where(_destinations.ContainsKey).Distinct(ids).Select(node => _destinations[node]);
        return Remove(known, route => route.NextHop == neighbour);
    }

    /// <summary>A neighbour's cost has changed at once: by a new measurement, or by a link that came up or went down.
    /// </summary>
    public void OnCostChanged(NodeId neighbour)
    {
        foreach (var destination in Through(neighbour)) Select(destination);
    }

    /// <summary>A destination has a route that may have expired: <see cref="Expire"/> handles all of them.</summary>
    public void OnExpiry(Destination destination) => _expiring.Add(destination);

    /// <summary>
    /// Removes routes that have not been refreshed for a lifetime. The feasibility distance is kept for three times as
    /// long: forgotten too early, it could let a loop form.
    /// </summary>
    public RouteLosses? Expire(Instant now)
    {
        if (_expiring.Count == 0) return null;
        var losses = Remove(_expiring, route => now - route.HeardAt > lifetime);
        foreach (var destination in _expiring)
        {
            var isSilent = destination.Routes.Count == 0;
            if (isSilent && now - destination.TouchedAt > lifetime * 3) Drop(destination);
            else destination.Expiry.Arm(StepAfter(isSilent ? destination.TouchedAt + lifetime * 3
                : destination.Routes.Min(route => route.HeardAt) + lifetime));
        }
        _expiring.Clear();
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

    private Route AddRoute(Destination destination, NodeId neighbour)
    {
        var route = new Route(neighbour);
        destination.Add(route);
        if (!_through.TryGetValue(neighbour, out var those)) _through.Add(neighbour, those = []);
        those.Add(destination);
        return route;
    }

    /// <summary>In the order of their ids.</summary>
    private List<Destination> Through(NodeId neighbour) =>
        _through.TryGetValue(neighbour, out var those) ? [.. those.OrderBy(destination => destination.Node)] : [];

    private RouteLosses Remove(IEnumerable<Destination> destinations, Predicate<Route> gone)
    {
        var losses = new RouteLosses([], []);
        foreach (var destination in destinations.OrderBy(destination => destination.Node))
        {
            var lostSelected = destination.Selected is { } selected && gone(selected);
            foreach (var route in destination.Routes)
                if (gone(route)) Forget(destination, route.NextHop);
            destination.Remove(gone);
            if (!lostSelected) continue;
            Use(destination, Best(destination, except: null));
            (destination.Selected is null ? losses.Unreachable : losses.Rerouted).Add(destination.Node);
        }
        return losses;
    }

    /// <summary>
    /// Forgets one for another. Its feasibility distance goes too: should a loop form when it is heard of again, the
    /// hop limit ends what goes round in it, and the next sequence number the loop.
    /// </summary>
    private bool MakeRoom()
    {
        if (_introductions.LeastUsedOfMost() is not { } least) return false;
        Remove([least], _ => true);
        least.Expiry.Disarm();
        Drop(least);
        return true;
    }

    private void Drop(Destination destination)
    {
        _destinations.Remove(destination.Node);
        _introductions.Remove(destination);
    }

    private void Forget(Destination destination, NodeId neighbour)
    {
        var those = _through[neighbour];
        those.Remove(destination);
        if (those.Count == 0) _through.Remove(neighbour);
    }

    /// <summary>
    /// When the routes were last compared, none was better by a fifth than the selected one. Since then one of them was
    /// updated, so only that one can be now, or has become too long itself: a comparison of all comes to the same.
    /// </summary>
    private void OnUpdated(Destination destination, Route route, bool isNearer)
    {
        if (route == destination.Selected && isNearer && destination.IsFeasible(route)) return;
        if (destination.Selected is not { } inUse || route == inUse) Select(destination);
        else if (destination.IsFeasible(route) && IsBetter(route, inUse)) Use(destination, route);
    }

    private void Select(Destination destination)
    {
        var best = Best(destination, except: null);
        if (destination.Selected is { } inUse && best is not null && destination.IsFeasible(inUse)
            && !IsBetter(best, inUse))
            return;
        Use(destination, best);
    }

    /// <summary>By more than a fifth: for less, traffic does not move.</summary>
    private bool IsBetter(Route route, Route inUse) => (ulong)MetricOf(route) * 5 < (ulong)MetricOf(inUse) * 4;

    private void Use(Destination destination, Route? route)
    {
        if (destination.Selected?.NextHop != route?.NextHop) _moved.Add(destination.Node);
        destination.Selected = route;
    }

    /// <summary>
    /// The best route of the newest number, or the one in use when its number is as new. A node that advertised an
    /// older number than it has heard would end a flood, or the answer to a Route Request, at itself. A route with a
    /// newer number than a feasible one is feasible.
    /// </summary>
    private Route Newest(Destination destination, Route route)
    {
        if (route.Sequence == destination.NewestSequence) return route;
        var inUse = route;
        foreach (var other in destination.Routes)
        {
            var newer = SequenceNumber.IsNewer(other.Sequence, route.Sequence);
            var nearer = other.Sequence == route.Sequence && route != inUse && MetricOf(other) < MetricOf(route);
            if (newer || nearer) route = other;
        }
        return route;
    }

    private Route? Best(Destination destination, NodeId? except)
    {
        Route? best = null;
        uint bestMetric = 0;
        foreach (var route in destination.Routes)
        {
            if (route.NextHop == except || !destination.IsFeasible(route)) continue;
            var metric = MetricOf(route);
            var isWorse = best is not null
                && (metric > bestMetric || (metric == bestMetric && route.NextHop.CompareTo(best.NextHop) > 0));
            if (!isWorse) (best, bestMetric) = (route, metric);
        }
        return best;
    }

    private static Instant StepAfter(Instant moment) =>
        new((moment.Microseconds / StepMicroseconds + 1) * StepMicroseconds);

    private static long StepMicroseconds => ExpiryStep.Ticks / TimeSpan.TicksPerMicrosecond;
}
