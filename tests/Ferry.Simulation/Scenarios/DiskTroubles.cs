using Ferry.Simulation.Network;
using Ferry.Simulation.Node;

namespace Ferry.Simulation.Scenarios;

/// <summary>The requester's disk (and sometimes the holder's) does what disks do.</summary>
internal static class DiskTroubles
{
    public static void FullThenRoom(Stage stage)
    {
        var nodes = stage.Nodes(2);
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.Share(40 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[1], content);
        var disk = nodes[1].Disk;
        // Full before the start, or in the middle when others fill the disk.
        var at = stage.Random.Next(2) == 0 ? 0.5 : 1.5 + stage.Random.NextDouble();
        stage.At(at, () => disk.Faults.CapacityBytes = disk.UsedBytes + stage.Random.Next(10 * Stage.Chunk));
        stage.At(at + 20 + 60 * stage.Random.NextDouble(), () => disk.Faults.CapacityBytes = long.MaxValue);
    }

    public static void Faulty(Stage stage)
    {
        var nodes = stage.Nodes(3);
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.Share(40 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[2], content);
        var faults = nodes[2 * stage.Random.Next(2)].Disk.Faults;
        stage.At(0.9 + stage.Random.NextDouble(), () =>
        {
            faults.FlushFailsOneIn = 2 + stage.Random.Next(5);
            faults.WriteFailsOneIn = stage.Random.Next(2) == 0 ? 0 : 5 + stage.Random.Next(20);
        });
        stage.At(30, faults.Clear);
    }

    public static void Slow(Stage stage)
    {
        var nodes = stage.Nodes(2);
        stage.Line(nodes, WireTraits.FastWifi);
        var content = stage.Share(60 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[1], content);
        foreach (var node in nodes) stage.At(1.01, () => node.Disk.Faults.Slowness = 20 + stage.Random.Next(1_000));
        stage.At(60, () => { });
    }

    /// <summary>Chunks take longer to become durable than a lane is patient; nothing may come twice for it.</summary>
    public static void SlowAtRequester(Stage stage)
    {
        var nodes = stage.Nodes(2);
        stage.Line(nodes, WireTraits.FastWifi);
        var content = stage.Share(60 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[1], content);
        stage.At(1.01, () => nodes[1].Disk.Faults.Slowness = 500 + stage.Random.Next(3_000));
        stage.At(120, () => { });
        stage.BoundResends(losses: 0);
    }

    /// <summary>
    /// Reads fail, the home or the downloads are read-only, or not even the log can grow: one of these.
    /// </summary>
    public static void Worn(Stage stage)
    {
        var nodes = stage.Nodes(3);
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.Share(40 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[2], content);
        WornOut(stage, 0.5 + 2.5 * stage.Random.NextDouble(), nodes[2 * stage.Random.Next(2)]);
        stage.CrashAt(3 + 3 * stage.Random.NextDouble(), nodes[2 * stage.Random.Next(2)], powerCut: true, downFor: 2);
    }

    public static void WornOut(Stage stage, double seconds, SimNode node)
    {
        stage.World.MayFail = true;
        var faults = node.Disk.Faults;
        var kind = stage.Random.Next(4);
        stage.At(seconds, () =>
        {
            if (kind == 0) faults.ReadFailsOneIn = 2 + stage.Random.Next(20);
            if (kind == 1) faults.ReadOnlyUnder = SimNode.Home;
            if (kind == 2) faults.ReadOnlyUnder = SimNode.Downloads;
            if (kind == 3) faults.CapacityBytes = node.Disk.UsedBytes + stage.Random.Next(400);
        });
        stage.At(seconds + 5 + 40 * stage.Random.NextDouble(), faults.Clear);
    }

    /// <summary>While a node is down, a bit of its log or of its partial files turns round.</summary>
    public static void Rot(Stage stage)
    {
        var nodes = stage.Nodes(3);
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.Share(40 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[2], content);
        Rots(stage, 2.2 + stage.Random.NextDouble(), nodes[2 * stage.Random.Next(2)]);
    }

    public static void Rots(Stage stage, double seconds, SimNode node) =>
        stage.TamperAt(seconds, node, downFor: 2, disk =>
        {
            if (stage.Random.Next(2) == 0) disk.Rot(SimNode.Log, ".wal");
            else disk.Rot(SimNode.Downloads, ".part");
        });
}
