using Ferry.Protocol.Sending;
using Ferry.Simulation.Network;
using Ferry.Simulation.Node;
using Ferry.Storage.Store;

namespace Ferry.Simulation.Scenarios;

/// <summary>
/// Queues that are full. The program's limits are far beyond what a few nodes can fill, so some nodes have little room
/// here: what is turned down or dropped for want of it must come right all the same.
/// </summary>
internal static class LittleRoom
{
    /// <summary>Many ask at once, and the disks are slow.</summary>
    public static void BeforeDisks(Stage stage)
    {
        var nodes = stage.Nodes(4 + stage.Random.Next(3));
        stage.Star(nodes, WireTraits.FastWifi);
        foreach (var node in nodes) OfDisk(stage, node);
        var contents = Enumerable.Range(1, 3).Select(size => stage.Share(8 * size * Stage.Chunk, nodes[0])).ToArray();
        stage.BootAll();
        foreach (var content in contents)
            foreach (var node in nodes[1..]) stage.WantAt(1 + 0.3 * stage.Random.NextDouble(), node, content);
        foreach (var node in nodes) stage.At(1, () => node.Disk.Faults.Slowness = 1 + stage.Random.Next(100));
        stage.At(30, () => { });
    }

    /// <summary>A relay between a fast wire and a slow one, which can hardly keep what comes.</summary>
    public static void BeforeLinks(Stage stage)
    {
        var nodes = stage.Nodes(4);
        stage.Line(nodes[..2], WireTraits.FastWifi);
        stage.Line(nodes[1..3], WireTraits.Wifi with { Rate = 100_000 + stage.Random.Next(300_000) });
        stage.Line([nodes[1], nodes[3]], WireTraits.Bluetooth);
        OfLinks(stage, nodes[1]);
        var content = stage.Share(60 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[2], content);
        stage.WantAt(1.5, nodes[3], content);
        stage.At(40, () => { });
    }

    public static void OfDisk(Stage stage, SimNode node) => node.StorageLimits = new StorageLimits
    {
        PeerRequestsMax = 1 + stage.Random.Next(3),
        SearchesMax = 1 + stage.Random.Next(2),
        PiecesMax = 1 + stage.Random.Next(4),
        // Less than what one transfer asks for at once: the rest is asked for again.
        ReadsMax = 4 + stage.Random.Next(24),
    };

    /// <summary>Until the world is calm.</summary>
    public static void OfLinks(Stage stage, SimNode node)
    {
        var controlBytes = stage.Random.Next(600);
        var bodyBytes = Stage.Chunk * (2 + stage.Random.Next(30));
        node.OutgoingLimits = new OutgoingLimits
        {
            ControlBytesFirst = controlBytes,
            ControlBytesMin = controlBytes,
            ControlBytesMax = controlBytes,
            OwnBodyBytesMax = bodyBytes,
        };
        node.PassedOn = new PassedOnBudget(2 * bodyBytes);
    }
}
