using Ferry.Simulation.Network;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;
using Ferry.TestKit.Disks;

namespace Ferry.Simulation.Scenarios;

/// <summary>What people do to transfers, to their files and to their clocks.</summary>
internal static class UserTroubles
{
    /// <summary>On either side, at any moment: right after the start, in the middle, right before the end.</summary>
    public static void Cancels(Stage stage)
    {
        var nodes = stage.Nodes(4);
        stage.Line(nodes[..3], WireTraits.Wifi);
        stage.Line([nodes[1], nodes[3]], WireTraits.Wifi);
        var content = stage.Share(12 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[2], content);
        stage.WantAt(1.3, nodes[3], content);
        stage.World.MayFail = true;
        for (var cancel = 0; cancel < 3; cancel++)
            stage.At(1.2 + 2.5 * stage.Random.NextDouble(), () => nodes[stage.Random.Next(3)].User.Cancel(content));
        if (stage.Random.Next(2) == 0)
            stage.CrashAt(1.5 + 2 * stage.Random.NextDouble(), nodes[2], powerCut: true, downFor: 3);
    }

    /// <summary>A cancel in the milliseconds in which the file gets its name.</summary>
    public static void CancelAtTheEnd(Stage stage)
    {
        var nodes = stage.Nodes(2);
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.Share(3 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[1], content);
        stage.World.MayFail = true;
        var at = stage.Random.Next(30);
        nodes[1].Disk.Observed += (kind, _) =>
        {
            // The first rename in the downloads folder is the one to the final name.
            if (kind == DiskOperation.Rename && nodes[1].User.Wishes is [{ IsSettled: false }])
                stage.World.After(at * 10, () => nodes[1].User.Cancel(content));
        };
    }

    /// <summary>
    /// Either side pauses, any may crash meanwhile, and all go on in the end: the file comes, and each pause costs at
    /// most what a crash does.
    /// </summary>
    public static void Pauses(Stage stage)
    {
        var nodes = stage.Nodes(3);
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.Share(40 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[2], content);
        SimNode[] ends = [nodes[0], nodes[2]];
        for (var pause = 0; pause < 3; pause++)
        {
            var node = ends[stage.Random.Next(2)];
            var at = 1.3 + 2 * stage.Random.NextDouble();
            stage.At(at, () => node.User.Pause(content, isPaused: true));
            stage.At(at + 20 * stage.Random.NextDouble(), () => node.User.Pause(content, isPaused: false));
        }
        var crash = stage.Random.Next(4);
        if (crash < 3) stage.CrashAt(2 + 2 * stage.Random.NextDouble(), nodes[crash], powerCut: true, downFor: 2);
        // One may have crashed before the log knew that it goes on.
        foreach (var end in ends) stage.At(40, () => end.User.Pause(content, isPaused: false));
        stage.BoundResends(losses: 4);
    }

    /// <summary>Requesters with a limit, one of several files at once, another that is lifted in the middle.</summary>
    public static void Limits(Stage stage)
    {
        var nodes = stage.Nodes(4);
        stage.Star(nodes, WireTraits.Wifi);
        var shared = new[] { stage.Share(20 * Stage.Chunk, nodes[1]), stage.Share(9 * Stage.Chunk, nodes[1]) };
        stage.BootAll();
        stage.At(0.9, () => nodes[2].User.Limit(150_000 + stage.Random.Next(400_000)));
        stage.At(0.9, () => nodes[3].User.Limit(100_000));
        foreach (var content in shared)
        {
            stage.WantAt(1 + stage.Random.NextDouble(), nodes[2], content);
            stage.WantAt(1, nodes[3], content);
        }
        stage.At(3 + 3 * stage.Random.NextDouble(), () => nodes[3].User.Limit(null));
    }

    public static void AskedTwice(Stage stage)
    {
        var nodes = stage.Nodes(3);
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.Share(15 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[2], content);
        for (var again = 0; again < 4; again++)
            stage.At(1.5 + 4 * stage.Random.NextDouble(), () => nodes[2].User.AskAgain(content));
        if (stage.Random.Next(2) == 0)
            stage.CrashAt(2 + 2 * stage.Random.NextDouble(), nodes[2], powerCut: true, downFor: 1);
        stage.At(30, () => nodes[2].User.AskAgain(content));
        stage.BoundResends(losses: 1);
    }

    /// <summary>Another disk is in the requester's machine when it comes back.</summary>
    public static void EmptyDisk(Stage stage)
    {
        var nodes = stage.Nodes(3);
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.Share(30 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[2], content);
        ComesBackEmpty(stage, 1.2 + 3 * stage.Random.NextDouble(), nodes[2]);
    }

    public static void ComesBackEmpty(Stage stage, double seconds, SimNode node) =>
        stage.TamperAt(seconds, node, downFor: 1 + 10 * stage.Random.NextDouble(), disk =>
        {
            disk.Wipe();
            node.User.LostAll();
            stage.World.Reached.Note(Rare.CameBackEmpty);
        });

    /// <summary>A holder's file is another one, or none, for a while: while it runs, or when it comes back.</summary>
    public static void SourceChanges(Stage stage)
    {
        var nodes = stage.Nodes(4);
        stage.Star(nodes, WireTraits.Wifi);
        var content = stage.Share(60 * Stage.Chunk, stage.Random.Next(2) == 0 ? [nodes[1]] : [nodes[1], nodes[2]]);
        stage.BootAll();
        stage.WantAt(1, nodes[3], content);
        Changes(stage, 1.5 + 2 * stage.Random.NextDouble(), nodes[1], content);
    }

    public static void Changes(Stage stage, double seconds, SimNode holder, SimContent content)
    {
        stage.World.MayFail = true;
        var path = $"{SimNode.Shares}/{content.Name}";
        var crashes = stage.Random.Next(2) == 0;
        stage.At(seconds, () =>
        {
            if (crashes && holder.IsUp) holder.PowerCut();
            if (stage.Random.Next(2) == 0) holder.Disk.Take(path);
            else holder.Disk.Put(path, [.. content.Bytes.Select(value => (byte)~value)]);
            if (crashes) holder.Shared.Rescan();
        });
        stage.At(seconds + 1 + 5 * stage.Random.NextDouble(), holder.Boot);
        stage.At(seconds + 30, () =>
        {
            holder.Disk.Put(path, content.Bytes);
            holder.Shared.Offer(content, path);
        });
    }

    public static void ClockJumps(Stage stage)
    {
        var nodes = stage.Nodes(3);
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.Share(40 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[2], content);
        for (var jump = 0; jump < 4; jump++)
            stage.ClockJumpAt(0.5 + 5 * stage.Random.NextDouble(), nodes[stage.Random.Next(3)]);
        for (var crash = 0; crash < 3; crash++)
            stage.CrashAt(1.5 + 10 * stage.Random.NextDouble(), nodes[stage.Random.Next(3)], true, downFor: 2);
        stage.BoundResends(losses: 3);
    }

    /// <summary>One side is never seen again: the other keeps the transfer for its time, then lets it go.</summary>
    public static void Forgotten(Stage stage)
    {
        var nodes = stage.Nodes(2);
        foreach (var node in nodes)
        {
            node.Tune = options => options with
            {
                Retention = TimeSpan.FromMinutes(10),
                RetentionGrace = TimeSpan.FromMinutes(1),
            };
        }
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.Share(40 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[1], content);
        stage.At(2.2 + 0.5 * stage.Random.NextDouble(), nodes[stage.Random.Next(2)].Vanish);
        if (stage.Random.Next(2) == 0) stage.ClockJumpAt(20, nodes[stage.Random.Next(2)]);
        stage.CrashAt(30, nodes[0], powerCut: true, downFor: 1);
        stage.CrashAt(30, nodes[1], powerCut: true, downFor: 1);
    }
}
