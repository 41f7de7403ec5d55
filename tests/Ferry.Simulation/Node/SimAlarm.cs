using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Node;

/// <summary>The timer of a node's loop: a little late, as the real one is, and never early.</summary>
internal sealed class SimAlarm(SimWorld world, SimNode node)
{
    private Instant _deadline = Instant.Never;

    /// <summary>The node starts anew: what was set is void.</summary>
    public void Reset() => _deadline = Instant.Never;

    public void Set(Instant deadline)
    {
        if (deadline == _deadline || deadline == Instant.Never) return;
        _deadline = deadline;
        var life = node.Life;
        var after = Math.Max(0, deadline.Microseconds - node.Clock.Microseconds) + world.Chance(1_000);
        world.After(after, () =>
        {
            if (node.Life != life || !node.IsUp || _deadline != deadline) return;
            _deadline = Instant.Never;
            node.Act(new Input.Tick());
        });
    }
}
