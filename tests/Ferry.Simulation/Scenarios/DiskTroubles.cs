using Ferry.Simulation.Network;

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
}
