using Ferry.Simulation.Network;
using Ferry.Simulation.Node;

namespace Ferry.Simulation.Scenarios;

/// <summary>
/// Nodes with several links to each other: Wi-Fi and Bluetooth, or two networks. Bulk moves to the better one, goes on
/// over the other when one is lost, and takes both where they are comparable.
/// </summary>
internal static class SeveralLinks
{
    /// <summary>Each hop over Bluetooth, over Wi-Fi or over both.</summary>
    public static void MixedPaths(Stage stage)
    {
        var nodes = stage.Nodes(2 + stage.Random.Next(3));
        for (var hop = 1; hop < nodes.Length; hop++)
        {
            var kind = stage.Random.Next(3);
            if (kind != 0) stage.Line(nodes[(hop - 1)..(hop + 1)], WireTraits.Wifi);
            if (kind != 1) stage.Line(nodes[(hop - 1)..(hop + 1)], WireTraits.Bluetooth);
        }
        Fetch(stage, nodes, chunks: 12);
    }

    /// <summary>Bluetooth first; Wi-Fi comes within reach in the middle of the transfer.</summary>
    public static void HandoverUp(Stage stage)
    {
        var (nodes, hop) = Line(stage);
        var (fast, _) = Join(stage, nodes, hop);
        Fetch(stage, nodes, chunks: 40);
        stage.At(0, () => fast.Cut(silent: false));
        stage.At(4 + 3 * stage.Random.NextDouble(), fast.Heal);
    }

    /// <summary>Wi-Fi is lost in the middle of the transfer, noticed at once or by heartbeats; it comes back.</summary>
    public static void HandoverDownAndBack(Stage stage)
    {
        var (nodes, hop) = Line(stage);
        var (fast, _) = Join(stage, nodes, hop);
        Fetch(stage, nodes, chunks: 160);
        var silent = stage.Random.Next(2) == 0;
        var downFor = (silent ? 20 : 3) + 4 * stage.Random.NextDouble();
        Lose(stage, fast, 1.5 + 2 * stage.Random.NextDouble(), silent, downFor);
    }

    /// <summary>Two links of any ratio, one of which may go and come again.</summary>
    public static void Bonding(Stage stage)
    {
        var (nodes, hop) = Line(stage);
        int[] ratios = [1, 2, 4, 10, 100];
        var slow = WireTraits.Wifi with { Rate = WireTraits.Wifi.Rate / ratios[stage.Random.Next(ratios.Length)] };
        stage.Line(nodes, WireTraits.Wifi);
        var second = stage.World.AddWire(nodes[hop], nodes[hop + 1], slow, network: 1);
        Fetch(stage, nodes, chunks: 80);
        if (stage.Random.Next(2) == 0) Lose(stage, second, 1.5 + stage.Random.NextDouble(), silent: false, downFor: 5);
    }

    /// <summary>Links between all neighbours come and go, in any order and several at a time.</summary>
    public static void Storm(Stage stage)
    {
        var nodes = stage.Nodes(2 + stage.Random.Next(3));
        stage.Line(nodes, WireTraits.Wifi);
        stage.Line(nodes, WireTraits.Bluetooth);
        for (var hop = 1; hop < nodes.Length; hop++)
            stage.World.AddWire(nodes[hop], nodes[hop - 1], WireTraits.FastWifi, network: stage.Random.Next(2));
        var content = stage.Share(60 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[^1], content);
        for (var cut = 0; cut < 20; cut++)
        {
            var wire = stage.World.Wires[stage.Random.Next(stage.World.Wires.Count)];
            stage.CutAt(1 + 40 * stage.Random.NextDouble(), wire, silent: stage.Random.Next(3) == 0,
                downFor: 8 * stage.Random.NextDouble());
        }
    }

    /// <summary>Holder first; the hop with two links is one of them.</summary>
    private static (SimNode[] Nodes, int Hop) Line(Stage stage)
    {
        var nodes = stage.Nodes(2 + stage.Random.Next(2));
        return (nodes, stage.Random.Next(nodes.Length - 1));
    }

    private static (Wire Fast, Wire Slow) Join(Stage stage, SimNode[] nodes, int hop)
    {
        stage.Line(nodes, WireTraits.Wifi);
        return (stage.World.Wires[hop], stage.World.AddWire(nodes[hop], nodes[hop + 1], WireTraits.Bluetooth));
    }

    private static void Fetch(Stage stage, SimNode[] nodes, int chunks)
    {
        var content = stage.Share(chunks * Stage.Chunk + 5, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[^1], content);
        stage.BoundResends(losses: 0);
        stage.World.Checks.WrittenOnce.IsOn = true;
        stage.World.Checks.Pauses.IsOn = true;
    }

    private static void Lose(Stage stage, Wire wire, double at, bool silent, double downFor)
    {
        stage.BoundResends(losses: 1);
        stage.At(at, () =>
        {
            stage.World.Checks.Pauses.OnFault();
            stage.World.Checks.Resent.OnLoss();
            wire.Cut(silent);
        });
        stage.At(at + downFor, wire.Heal);
    }
}
