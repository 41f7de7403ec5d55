using Ferry.Protocol;
using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;
using Ferry.Simulation.Network;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;
using Ferry.TestKit.Disks;

namespace Ferry.Simulation.Scenarios;

/// <summary>
/// Where a scenario sets up its world and writes down what shall happen when. Faults that begin here end here too:
/// after the last of them the world is calm, and must come to rest.
/// </summary>
internal sealed class Stage(SimWorld world)
{
    public const int Chunk = 64 * 1024;

    private readonly HashSet<(SimNode, SimContent)> _wanted = [];

    public SimWorld World => world;
    public SeededRandom Random => world.Random;

    /// <summary>When the last fault is over.</summary>
    public TimeSpan FaultsEnd { get; private set; }

    public SimNode[] Nodes(int count) => [.. Enumerable.Range(0, count).Select(_ => world.AddNode())];

    public void Line(SimNode[] nodes, WireTraits traits)
    {
        for (var index = 1; index < nodes.Length; index++) world.AddWire(nodes[index - 1], nodes[index], traits);
    }

    public void Ring(SimNode[] nodes, WireTraits traits)
    {
        Line(nodes, traits);
        world.AddWire(nodes[^1], nodes[0], traits);
    }

    /// <summary>The first node is the middle.</summary>
    public void Star(SimNode[] nodes, WireTraits traits)
    {
        for (var index = 1; index < nodes.Length; index++) world.AddWire(nodes[index], nodes[0], traits);
    }

    /// <summary>A random tree and some wires more.</summary>
    public void Mesh(SimNode[] nodes, int extraWires, Func<WireTraits> traits)
    {
        for (var index = 1; index < nodes.Length; index++) world.AddWire(nodes[index], nodes[Random.Next(index)],
            traits());
        for (var wire = 0; wire < extraWires; wire++)
        {
            var (a, b) = (Random.Next(nodes.Length), Random.Next(nodes.Length));
            if (a != b) world.AddWire(nodes[a], nodes[b], traits(), network: wire % 2);
        }
    }

    public SimContent Share(int bytes, params SimNode[] holders)
    {
        var content = world.AddContent($"file-{world.Contents.Count}.bin", bytes);
        foreach (var holder in holders)
            if (!_wanted.Contains((holder, content)) && holder.Catalog.Find(content.Id) is null)
                holder.Shared.Share(content);
        return content;
    }

    /// <summary>A file whose named chunks are zeros.</summary>
    public SimContent ShareSparse(int bytes, IReadOnlyList<int> holes, SimNode holder)
    {
        var content = world.AddContent($"file-{world.Contents.Count}.img", bytes, holes);
        holder.Shared.Share(content);
        return content;
    }

    /// <summary>The first event of the run: what was set up before it is not part of any node's life.</summary>
    public void BootAll()
    {
        foreach (var node in world.Nodes) world.After(0, node.Boot);
    }

    /// <summary>Nothing is sent again but what is outstanding at each of so many crashes and lost links.</summary>
    /// <param name="mustBite">A full resend must cost far more; see <see cref="Checkers.ResentIsBounded"/>.</param>
    public void BoundResends(int losses, bool mustBite = false)
    {
        var checker = world.Checks.Resent;
        (checker.IsOn, checker.LossesMax, checker.MustBite) = (true, losses, mustBite);
    }

    public void WantAt(double seconds, SimNode node, SimContent content)
    {
        if (node.Catalog.Find(content.Id) is not null || !_wanted.Add((node, content))) return;
        world.After(TimeSpan.FromSeconds(seconds), () => node.User.Want(content));
        Until(seconds);
    }

    public void PushAt(double seconds, SimNode from, SimNode to, SimContent content) =>
        At(seconds, () => from.User.Pushes.Push(content, to));

    /// <summary>Something happens that is no fault, or ends one.</summary>
    public void At(double seconds, Action action)
    {
        world.After(TimeSpan.FromSeconds(seconds), action);
        Until(seconds);
    }

    /// <summary>A node dies and comes back.</summary>
    public void CrashAt(double seconds, SimNode node, bool powerCut, double downFor, bool silent = false)
    {
        At(seconds, () =>
        {
            if (!node.IsUp) return;
            node.CrashesSilently = silent;
            if (powerCut) node.PowerCut();
            else node.Kill();
        });
        At(seconds + downFor, node.Boot);
    }

    /// <summary>The power goes some disk operations after a moment, if so many come.</summary>
    public void CrashAtOperation(double seconds, SimNode node, int operationsLater) =>
        At(seconds, () => node.Disk.CrashAt = node.Disk.Operations + operationsLater);

    public void CutAt(double seconds, Wire wire, bool silent, double downFor)
    {
        At(seconds, () =>
        {
            world.Checks.Resent.OnLoss();
            wire.Cut(silent);
        });
        At(seconds + downFor, wire.Heal);
    }

    public void StallAt(double seconds, Wire wire, double stalledFor)
    {
        At(seconds, wire.Stall);
        At(seconds + stalledFor, wire.Resume);
    }

    /// <summary>A node's wall clock is set, by hours or by decades, to either side.</summary>
    public void ClockJumpAt(double seconds, SimNode node) => At(seconds, () =>
    {
        double[] hours = [0.001, 0.1, 2, 24 * 6, 24 * 8, 24 * 400, 24 * 365 * 30];
        var by = TimeSpan.FromHours(hours[Random.Next(hours.Length)] * (Random.Next(2) == 0 ? 1 : -1));
        node.Wall.Jump(by);
        node.Say($"the clock jumps by {by}");
        World.Reached.Note(by > TimeSpan.Zero ? Rare.ClockWentForward : Rare.ClockWentBack);
    });

    /// <summary>A node is down for a while, and finds its disk changed.</summary>
    public void TamperAt(double seconds, SimNode node, double downFor, Action<SimDisk> change)
    {
        At(seconds, () => node.Tamper(change));
        At(seconds + downFor, node.Boot);
    }

    public void LeaveAt(double seconds, SimNode node, double awayFor)
    {
        At(seconds, () =>
        {
            world.Checks.Resent.OnLoss();
            node.Leave();
        });
        At(seconds + awayFor, node.Rejoin);
    }

    /// <summary>Every fault ends, whatever the scenario said: what comes now is all good.</summary>
    public void Calm()
    {
        foreach (var node in world.Nodes)
        {
            node.Disk.Faults.Clear();
            node.OutgoingLimits = OutgoingLimits.Standard;
            node.PassedOn = new PassedOnBudget();
            node.Rejoin();
            node.Boot();
        }
        foreach (var wire in world.Wires)
        {
            wire.Heal();
            wire.ReplaysOneIn = 0;
        }
    }

    /// <summary>
    /// A log that could not be written keeps entries of what has ended; the next start takes them up and finds out. So
    /// nodes whose disks had failed are started once more before the logs are looked at.
    /// </summary>
    public void RestartAfterDiskFaults()
    {
        foreach (var node in world.Nodes.Where(node => node.Disk.FaultsMet > 0))
        {
            node.Kill();
            node.Boot();
        }
    }

    /// <summary>All wishes are fulfilled and nobody has anything left to do.</summary>
    public bool IsAtRest() => world.Nodes.All(IsAtRest);

    /// <summary>For the message when it never comes to rest.</summary>
    public string WhatIsLeft() => string.Join("; ", world.Nodes.Where(node => !IsAtRest(node)).Select(WhatIsLeftAt));

    private void Until(double seconds)
    {
        var end = TimeSpan.FromMicroseconds(world.Now) + TimeSpan.FromSeconds(seconds);
        if (end > FaultsEnd) FaultsEnd = end;
    }

    private static bool IsAtRest(SimNode node) => node.IsGone || (node is { Engine: { } engine, Storage.IsIdle: true }
        && node.User.Wishes.All(wish => wish.IsSettled)
        && node.User.Pushes.AreOver
        && node.Payloads.Alive == 0
        && engine.Uploads(node.Clock).All(upload => upload.State == TransferState.Ended)
        && engine.Downloads(node.Clock).All(download => download.State == TransferState.Ended));

    private static string NameOf(SimNode node, NodeId id) => node.World.Find(id)?.Name ?? id.Short;

    private static string WhatIsLeftAt(SimNode node)
    {
        if (node.Engine is null) return $"{node.Name} is down";
        var wishes = node.User.Wishes.Where(wish => !wish.IsSettled).Select(wish => $"wants {wish.Content.Name}");
        var uploads = node.Engine.Uploads(node.Clock).Select(upload
            => $"upload {upload.State} {upload.AckedBytes} acked since {upload.SinceAck}");
        var downloads = node.Engine.Downloads(node.Clock)
            .Select(download => $"download {download.State} {download.DurableBytes}/{download.Size}");
        var bodies = node.Payloads.Alive > 0 ? [$"{node.Payloads.Alive} bodies alive"] : Array.Empty<string>();
        var routes = node.Engine.Routes(node.Clock)
            .Where(route => route.Verdict == RouteVerdict.InUse)
            .Select(route => $"{NameOf(node, route.Destination)} by {NameOf(node, route.NextHop)}");
        var offers = node.Engine.Offers.Where(offer => !offer.IsOver).Select(offer => $"offer {offer.State}");
        var left = wishes.Concat(offers).Concat(uploads).Concat(downloads).Concat(bodies);
        return $"{node.Name}: {string.Join(", ", left)} (routes: {string.Join(' ', routes)})";
    }
}
