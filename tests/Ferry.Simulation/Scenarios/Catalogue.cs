using Ferry.Simulation.Network;

namespace Ferry.Simulation.Scenarios;

/// <summary>
/// All scenarios by name. New ones go to the end: a name in a bug report must go on to mean the same.
/// </summary>
internal static class Catalogue
{
    public static readonly IReadOnlyList<Scenario> All =
    [
        new("two-nodes", TwoNodes),
        new("sizes", Sizes),
        new("line", Line),
        new("ring", Ring),
        new("star", Star),
        new("several-holders", SeveralHolders),
        new("holder-crash", SingleCrash.OfHolder),
        new("requester-crash", SingleCrash.OfRequester),
        new("relay-crash", SingleCrash.OfRelay),
        new("relay-crash-detour", SingleCrash.OfRelayWithDetour),
        new("all-crash", AllCrash),
        new("cut-storm", CutStorm),
        new("stalls", Stalls),
        new("disk-full", DiskTroubles.FullThenRoom),
        new("disk-faulty", DiskTroubles.Faulty),
        new("disk-slow", DiskTroubles.Slow),
        new("leave-rejoin", LeaveAndRejoin),
        new("swarm", Swarm.SetUp),
        new("relay-gone", SingleCrash.RelayIsGone),
        new("cancels", UserTroubles.Cancels),
        new("cancel-at-the-end", UserTroubles.CancelAtTheEnd),
        new("asked-twice", UserTroubles.AskedTwice),
        new("empty-disk", UserTroubles.EmptyDisk),
        new("source-changes", UserTroubles.SourceChanges),
        new("clock-jumps", UserTroubles.ClockJumps),
        new("forgotten", UserTroubles.Forgotten),
        new("replays", Replays),
        new("disk-worn", DiskTroubles.Worn),
        new("bit-rot", DiskTroubles.Rot),
        new("storm", Storm.SetUp),
        new("requester-moves", SingleCrash.OfHolderAndRequesterMoves),
        new("mixed-paths", SeveralLinks.MixedPaths),
        new("handover-up", SeveralLinks.HandoverUp),
        new("handover-down-and-back", SeveralLinks.HandoverDownAndBack),
        new("bonding", SeveralLinks.Bonding),
        new("link-storm", SeveralLinks.Storm),
        new("little-room-disks", LittleRoom.BeforeDisks),
        new("little-room-links", LittleRoom.BeforeLinks),
        new("disk-slow-at-requester", DiskTroubles.SlowAtRequester),
        new("far", Far),
        new("slow-ways", SlowWays),
        new("liar-relay", Liars.Relay),
        new("liar-neighbour", Liars.Neighbour),
        new("members-across-outside", Members.AcrossOutside),
        new("liar-half", Liars.Half),
        new("pushes", Pushes.BothCrash),
        new("pushes-liar", Pushes.PastLiar),
        new("pauses", UserTroubles.Pauses),
        new("limits", UserTroubles.Limits),
    ];

    public static Scenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);

    private static void TwoNodes(Stage stage)
    {
        var nodes = stage.Nodes(2);
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.Share(20 * Stage.Chunk + 77, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[1], content);
        stage.BoundResends(losses: 0);
    }

    /// <summary>The edges of the layout: nothing, one byte, around one chunk, a few mebibytes.</summary>
    private static void Sizes(Stage stage)
    {
        var nodes = stage.Nodes(3);
        stage.Line(nodes, WireTraits.FastWifi);
        int[] sizes = [0, 1, Stage.Chunk - 1, Stage.Chunk, Stage.Chunk + 1, 3 * 1024 * 1024 + 5];
        var contents = sizes.Select(size => stage.Share(size, nodes[0])).ToArray();
        stage.BootAll();
        foreach (var content in contents) stage.WantAt(1 + stage.Random.NextDouble(), nodes[2], content);
        stage.BoundResends(losses: 0);
    }

    private static void Line(Stage stage)
    {
        var nodes = stage.Nodes(5);
        stage.Line(nodes, WireTraits.Wifi);
        var there = stage.Share(24 * Stage.Chunk, nodes[0]);
        var back = stage.Share(9 * Stage.Chunk + 1, nodes[4]);
        stage.BootAll();
        stage.WantAt(1, nodes[4], there);
        stage.WantAt(2, nodes[0], back);
        stage.WantAt(6, nodes[2], there);
    }

    /// <summary>Sixteen hops, of which no node but the ends' neighbours knows anything before.</summary>
    private static void Far(Stage stage)
    {
        stage.World.SearchesFind = true;
        var nodes = stage.Nodes(17);
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.Share(3 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(20, nodes[^1], content);
    }

    /// <summary>Behind quick wires there is a slow one, or there are several that are slow together.</summary>
    private static void SlowWays(Stage stage)
    {
        stage.World.SearchesFind = true;
        var nodes = stage.Nodes(5);
        var isOne = stage.Random.Next(2) == 0;
        var slow = WireTraits.Wifi with { Latency = isOne ? 2_000_000 : 700_000 };
        stage.World.AddWire(nodes[0], nodes[1], WireTraits.Wifi);
        for (var hop = 1; hop < 4; hop++)
            stage.World.AddWire(nodes[hop], nodes[hop + 1], isOne && hop != 2 ? WireTraits.Wifi : slow);
        var content = stage.Share(2 * Stage.Chunk, nodes[4]);
        stage.BootAll();
        stage.WantAt(60, nodes[0], content);
    }

    private static void Ring(Stage stage)
    {
        var nodes = stage.Nodes(6);
        stage.Ring(nodes, WireTraits.Wifi);
        var content = stage.Share(40 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[3], content);
        var side = stage.Random.Next(2) == 0 ? 1 : 4;
        stage.CutAt(2 + stage.Random.NextDouble(), stage.World.Wires[side], silent: stage.Random.Next(2) == 0,
            downFor: 40);
        stage.BoundResends(losses: 1);
    }

    private static void Star(Stage stage)
    {
        var nodes = stage.Nodes(8);
        stage.Star(nodes, WireTraits.Wifi);
        var content = stage.Share(12 * Stage.Chunk + 3, nodes[1]);
        stage.BootAll();
        for (var index = 2; index < nodes.Length; index++)
            stage.WantAt(1 + 3 * stage.Random.NextDouble(), nodes[index], content);
    }

    private static void SeveralHolders(Stage stage)
    {
        var nodes = stage.Nodes(5);
        stage.Mesh(nodes, extraWires: 4, () => stage.Random.Next(3) == 0 ? WireTraits.Bluetooth : WireTraits.Wifi);
        var content = stage.Share(60 * Stage.Chunk, nodes[0], nodes[1], nodes[2]);
        stage.BootAll();
        stage.WantAt(1, nodes[3], content);
        stage.WantAt(2, nodes[4], content);
        stage.CrashAt(3 + stage.Random.NextDouble() * 4, nodes[stage.Random.Next(3)], powerCut: true, downFor: 20);
    }

    /// <summary>All three parties lose power at about the same time.</summary>
    private static void AllCrash(Stage stage)
    {
        var nodes = stage.Nodes(3);
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.Share(40 * Stage.Chunk + 9, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[2], content);
        var at = 2 + 2 * stage.Random.NextDouble();
        foreach (var node in nodes)
        {
            node.CrashesSilently = stage.Random.Next(2) == 0;
            stage.CrashAt(at + stage.Random.NextDouble() * 0.2, node, powerCut: true,
                downFor: 1 + 10 * stage.Random.NextDouble());
        }
        stage.BoundResends(losses: nodes.Length);
    }

    private static void CutStorm(Stage stage)
    {
        var nodes = stage.Nodes(5);
        stage.Mesh(nodes, extraWires: 3, () => WireTraits.Wifi);
        var content = stage.Share(50 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[4], content);
        stage.WantAt(3, nodes[3], content);
        for (var cut = 0; cut < 15; cut++)
        {
            var wire = stage.World.Wires[stage.Random.Next(stage.World.Wires.Count)];
            stage.CutAt(1.5 + 60 * stage.Random.NextDouble(), wire, silent: stage.Random.Next(2) == 0,
                downFor: 10 * stage.Random.NextDouble());
        }
    }

    /// <summary>Messages are late by seconds, but none is lost.</summary>
    private static void Stalls(Stage stage)
    {
        var nodes = stage.Nodes(4);
        stage.Ring(nodes, WireTraits.Wifi with { Jitter = 300_000 });
        var content = stage.Share(40 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[2], content);
        for (var stall = 0; stall < 8; stall++)
        {
            var wire = stage.World.Wires[stage.Random.Next(stage.World.Wires.Count)];
            stage.StallAt(1.5 + 40 * stage.Random.NextDouble(), wire, 25 * stage.Random.NextDouble());
        }
    }

    /// <summary>Messages come twice, and again on later connections.</summary>
    private static void Replays(Stage stage)
    {
        var nodes = stage.Nodes(4);
        stage.Ring(nodes, WireTraits.Wifi);
        var content = stage.Share(40 * Stage.Chunk, nodes[0]);
        foreach (var wire in stage.World.Wires) wire.ReplaysOneIn = 2 + stage.Random.Next(8);
        stage.BootAll();
        stage.WantAt(1, nodes[2], content);
        for (var cut = 0; cut < 6; cut++)
        {
            var wire = stage.World.Wires[stage.Random.Next(stage.World.Wires.Count)];
            stage.CutAt(1.5 + 10 * stage.Random.NextDouble(), wire, silent: false, downFor: stage.Random.NextDouble());
        }
    }

    private static void LeaveAndRejoin(Stage stage)
    {
        var nodes = stage.Nodes(3);
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.Share(60 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[2], content);
        stage.LeaveAt(2.5 + stage.Random.NextDouble(), nodes[stage.Random.Next(3)],
            awayFor: 5 + 40 * stage.Random.NextDouble());
        stage.BoundResends(losses: 1);
    }
}
