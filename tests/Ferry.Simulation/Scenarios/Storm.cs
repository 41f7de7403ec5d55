using Ferry.Simulation.Node;
using Ferry.TestKit.Disks;

namespace Ferry.Simulation.Scenarios;

/// <summary>
/// A swarm run with all that people and worn-out hardware add to it. The swarm itself stays what it is, so that its
/// seeds go on to mean the same.
/// </summary>
internal static class Storm
{
    public static void SetUp(Stage stage)
    {
        Swarm.SetUp(stage);
        var nodes = stage.World.Nodes;
        var contents = stage.World.Contents.Values.ToArray();
        if (Coin(stage)) Repeat(stage, 4, node => stage.ClockJumpAt(When(stage), node));
        if (Coin(stage))
        {
            stage.World.MayFail = true;
            Repeat(stage, 4, node => stage.At(When(stage), () => node.User.Cancel(Any(stage, contents))));
        }
        if (Coin(stage))
            Repeat(stage, 5, node => stage.At(When(stage), () => node.User.AskAgain(Any(stage, contents))));
        if (Coin(stage)) foreach (var wire in stage.World.Wires) wire.ReplaysOneIn = 2 + stage.Random.Next(20);
        if (Coin(stage)) Repeat(stage, 2, node => RestartsInLoops(stage, node));
        if (Coin(stage)) Repeat(stage, 2, node => DiskTroubles.WornOut(stage, When(stage), node));
        if (Coin(stage)) Repeat(stage, 2, node => DiskTroubles.Rots(stage, When(stage), node));
        var holders = nodes.Where(node => node.Catalog.Sources.Count > 0).ToArray();
        if (Coin(stage) && Any(stage, holders) is var holder)
        {
            var source = Any(stage, [.. holder.Catalog.Sources.Values]);
            UserTroubles.Changes(stage, When(stage), holder, stage.World.Contents[source.Manifest.Id]);
        }
        var others = nodes.Except(holders).ToArray();
        if (Coin(stage) && others.Length > 0) UserTroubles.ComesBackEmpty(stage, When(stage), Any(stage, others));
        if (Coin(stage)) Repeat(stage, 3, node => LittleRoom.OfDisk(stage, node));
        if (Coin(stage)) Repeat(stage, 2, node => LittleRoom.OfLinks(stage, node));
    }

    private static bool Coin(Stage stage) => stage.Random.Next(3) == 0;

    private static double When(Stage stage) => 1 + 60 * Math.Pow(stage.Random.NextDouble(), 3);

    private static T Any<T>(Stage stage, T[] some) => some[stage.Random.Next(some.Length)];

    private static void Repeat(Stage stage, int most, Action<SimNode> act)
    {
        var times = 1 + stage.Random.Next(most);
        for (var time = 0; time < times; time++) act(Any(stage, [.. stage.World.Nodes]));
    }

    private static void RestartsInLoops(Stage stage, SimNode node)
    {
        var at = When(stage);
        for (var times = 2 + stage.Random.Next(8); times > 0; times--)
        {
            stage.CrashAt(at, node, powerCut: Coin(stage), downFor: 0.1 + stage.Random.NextDouble());
            at += 1.2 + 3 * stage.Random.NextDouble();
        }
    }
}
