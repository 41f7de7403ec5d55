using Ferry.Simulation.Node;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Scenarios;

/// <summary>
/// One node sends a file to another one, over a relay; each of the two loses its power, perhaps twice, or the relay
/// lies.
/// </summary>
internal static class Pushes
{
    private const double Last = 12;

    public static void BothCrash(Stage stage)
    {
        var nodes = stage.Nodes(3);
        stage.Line(nodes, SingleCrash.Slow);
        SetUp(stage, nodes);
        var victims = (SimNode[])[nodes[0], nodes[2]];
        foreach (var victim in victims)
        {
            stage.CrashAt(
                1 + 3 * stage.Random.NextDouble(), victim, powerCut: true, downFor: 3 * stage.Random.NextDouble());
            var at = 7 + 3 * stage.Random.NextDouble();
            stage.CrashAtOperation(at, victim, operationsLater: 1 + stage.Random.Next(30));
            stage.At(Last, victim.Boot);
        }
    }

    /// <summary>A liar between them, and members of no network: it offers, and answers, in both their names.</summary>
    public static void PastLiar(Stage stage)
    {
        var nodes = stage.Nodes(3);
        stage.Line(nodes, SingleCrash.Slow);
        SetUp(stage, nodes);
        var liar = nodes[1].Liar = new Liar(stage.World, nodes[1], LiarWays.Offers);
        stage.At(0.5, () => liar.LieUntil(TimeSpan.FromSeconds(Last)));
        stage.At(Last, () => { });
    }

    private static void SetUp(Stage stage, SimNode[] nodes)
    {
        var content = stage.Share(20 * Stage.Chunk + 1, nodes[0]);
        stage.BootAll();
        stage.PushAt(1.5, nodes[0], nodes[2], content);
    }
}
