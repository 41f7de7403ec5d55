using Ferry.Simulation.Node;

namespace Ferry.Simulation.World;

/// <summary>Carries a <see cref="CrashPlan"/> out.</summary>
internal static class CrashDrill
{
    /// <summary>Nodes that went down together come back one after the other, so far apart.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(3);

    public static void Arm(SimWorld world, CrashPlan plan)
    {
        foreach (var point in plan.Points) world.Nodes[point.Node].Crashes.Plan(point);
        var together = plan.Together.Select(index => world.Nodes[index]).ToArray();
        for (var place = 0; place < together.Length; place++)
            together[place].Crashes.RestartDelay = Apart * (place + 1);
        if (together.Length > 0) world.Nodes[plan.Points[0].Node].Crashes.Fell = () => TakeDown(together);
    }

    private static void TakeDown(IEnumerable<SimNode> together)
    {
        foreach (var node in together.Where(node => node.IsUp))
        {
            node.PowerCut();
            node.RestartAfter(node.Crashes.RestartDelay);
        }
    }
}
