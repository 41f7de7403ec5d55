using Ferry.Simulation.Network;
using Ferry.Simulation.Node;

namespace Ferry.Simulation.Scenarios;

/// <summary>
/// Everything at once. The seed also picks which kinds of fault are on (swarm testing: Groce and others, ISSTA 2012):
/// with all of them always on, each would hide what the others could show.
/// </summary>
internal static class Swarm
{
    private const double FaultSeconds = 90;

    public static void SetUp(Stage stage)
    {
        var nodes = stage.Nodes(2 + stage.Random.Next(6));
        Join(stage, nodes);
        foreach (var node in nodes) node.CrashesSilently = Coin(stage);
        stage.BootAll();
        var contents = 1 + stage.Random.Next(3);
        for (var content = 0; content < contents; content++) Fetch(stage, nodes);
        if (Coin(stage)) Crashes(stage, nodes);
        if (Coin(stage)) Cuts(stage);
        if (Coin(stage)) Stalls(stage);
        if (Coin(stage)) Leaves(stage, nodes);
        foreach (var node in nodes) if (stage.Random.Next(3) == 0) DiskTrouble(stage, node);
    }

    private static bool Coin(Stage stage) => stage.Random.Next(2) == 0;

    /// <summary>Mostly early, while there is something to break.</summary>
    private static double When(Stage stage) => 1 + FaultSeconds * Math.Pow(stage.Random.NextDouble(), 3);

    private static void Join(Stage stage, SimNode[] nodes)
    {
        var traits = () => stage.Random.Next(4) switch
        {
            0 => WireTraits.Bluetooth,
            1 => WireTraits.FastWifi,
            2 => WireTraits.Wifi with { Rate = 400_000 },
            _ => WireTraits.Wifi with { Jitter = stage.Random.Next(200_000) },
        };
        switch (stage.Random.Next(4))
        {
            case 0: stage.Line(nodes, traits()); break;
            case 1 when nodes.Length > 2: stage.Ring(nodes, traits()); break;
            case 2: stage.Star(nodes, traits()); break;
            default: stage.Mesh(nodes, stage.Random.Next(nodes.Length), traits); break;
        }
    }

    private static void Fetch(Stage stage, SimNode[] nodes)
    {
        int[] sizes = [0, 1, Stage.Chunk, 3 * Stage.Chunk + 1, 10 * Stage.Chunk, 40 * Stage.Chunk];
        var size = sizes[stage.Random.Next(sizes.Length)];
        var holders = nodes.Where(_ => stage.Random.Next(3) == 0).Take(nodes.Length - 1).ToList();
        if (holders.Count == 0) holders.Add(nodes[stage.Random.Next(nodes.Length)]);
        var content = stage.Share(size, [.. holders]);
        foreach (var node in nodes)
            if (!holders.Contains(node)
                && (Coin(stage) || nodes.Length == 2)) stage.WantAt(0.5 + When(stage) / 10, node, content);
    }

    private static void Crashes(Stage stage, SimNode[] nodes)
    {
        var crashes = 1 + stage.Random.Next(6);
        for (var crash = 0; crash < crashes; crash++)
        {
            var node = nodes[stage.Random.Next(nodes.Length)];
            // At a moment, or at some disk operation after it: then more often in the middle of something.
            if (Coin(stage)) stage.CrashAtOperation(When(stage), node, operationsLater: 1 + stage.Random.Next(100));
            else stage.CrashAt(When(stage), node, powerCut: stage.Random.Next(3) > 0,
                downFor: 20 * stage.Random.NextDouble(), silent: Coin(stage));
        }
    }

    private static void Cuts(Stage stage)
    {
        var cuts = 1 + stage.Random.Next(12);
        for (var cut = 0; cut < cuts; cut++)
        {
            var wire = stage.World.Wires[stage.Random.Next(stage.World.Wires.Count)];
            stage.CutAt(When(stage), wire, silent: Coin(stage), downFor: 30 * stage.Random.NextDouble());
        }
    }

    private static void Stalls(Stage stage)
    {
        var stalls = 1 + stage.Random.Next(6);
        for (var stall = 0; stall < stalls; stall++)
        {
            var wire = stage.World.Wires[stage.Random.Next(stage.World.Wires.Count)];
            stage.StallAt(When(stage), wire, 25 * stage.Random.NextDouble());
        }
    }

    private static void Leaves(Stage stage, SimNode[] nodes) =>
        stage.LeaveAt(When(stage), nodes[stage.Random.Next(nodes.Length)], awayFor: 30 * stage.Random.NextDouble());

    private static void DiskTrouble(Stage stage, SimNode node)
    {
        var faults = node.Disk.Faults;
        stage.At(When(stage), () =>
        {
            if (Coin(stage)) faults.FlushFailsOneIn = 2 + stage.Random.Next(10);
            if (Coin(stage)) faults.WriteFailsOneIn = 5 + stage.Random.Next(40);
            if (Coin(stage)) faults.Slowness = 1 + stage.Random.Next(300);
            if (Coin(stage)) faults.CapacityBytes = node.Disk.UsedBytes + stage.Random.Next(5 * Stage.Chunk);
        });
        stage.At(FaultSeconds, faults.Clear);
    }
}
