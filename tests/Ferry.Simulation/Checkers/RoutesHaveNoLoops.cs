using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Checkers;

/// <summary>
/// Following the selected next hops to a destination never leads back to a node already passed. With feasible routes
/// only (RFC 8966 §2.4) that holds at every moment, not just when the network is quiet. One thing can close a circle: a
/// node that restarts has forgotten what it advertised, while a neighbour still has a route through the link to its
/// former life. Nothing goes round there, because that link is dead: so only links count that carry messages and were
/// up when the neighbour spoke of the way. Where a liar sends something nobody can say: a walk ends with it.
/// </summary>
internal sealed class RoutesHaveNoLoops(SimWorld world) : Checker
{
    /// <summary>Looking costs more than a step.</summary>
    private const int StepsBetween = 64;

    private readonly Dictionary<NodeId, Dictionary<NodeId, NodeId>> _nextHops = [];
    private readonly HashSet<NodeId> _passed = [];
    private int _steps;

    public override void AfterStep()
    {
        if (++_steps % StepsBetween == 0) Check();
    }

    public override void AtRest() => Check();

    private void Check()
    {
        if (world.Now < world.RoutesAreForgedUntil) return;
        _nextHops.Clear();
        foreach (var node in world.Nodes)
        {
            if (node.Engine is null || node.Liar is not null) continue;
            var hops = new Dictionary<NodeId, NodeId>();
            foreach (var route in node.Engine.Routes(node.Clock))
                if (route.Verdict == RouteVerdict.InUse && node.CanReach(route.NextHop, node.Clock - route.Age))
                    hops[route.Destination] = route.NextHop;
            _nextHops[node.Id] = hops;
        }
        foreach (var start in world.Nodes)
            foreach (var end in world.Nodes)
                if (start != end) Walk(start, end.Id);
    }

    private void Walk(SimNode start, NodeId destination)
    {
        _passed.Clear();
        for (var at = start.Id; at != destination;)
        {
            if (!_passed.Add(at))
                throw new SimFailure($"route loop: from {start.Name} to {world.Find(destination)!.Name} by way of "
                    + string.Join(' ', _passed.Select(id => world.Find(id)!.Name)));
            if (!_nextHops.TryGetValue(at, out var hops) || !hops.TryGetValue(destination, out at)) return;
        }
    }
}
