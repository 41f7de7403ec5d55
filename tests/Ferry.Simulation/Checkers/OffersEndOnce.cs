using Ferry.Simulation.World;

namespace Ferry.Simulation.Checkers;

/// <summary>
/// At rest what was pushed is at its receiver once, both ends have it that it has arrived, and nobody has an offer that
/// nobody made.
/// </summary>
internal sealed class OffersEndOnce(SimWorld world) : Checker
{
    public override void AtRest()
    {
        foreach (var node in world.Nodes.Where(node => !node.IsGone)) node.User.Pushes.CheckAtRest();
    }
}
