using Ferry.Simulation.Network;
using Ferry.Simulation.Scenarios;
using Ferry.Simulation.World;
using Ferry.Storage.Store;
using Xunit;

namespace Ferry.Simulation.Tests;

/// <summary>
/// A disk like an SD card takes 50 ms for a flush, and each commit makes two: of the partial file and of the log. What
/// counts is what more of a file costs, so that search, opening and finishing are left out.
/// </summary>
public sealed class SlowFlushTests(ITestOutputHelper output)
{
    private const int FlushMicroseconds = 50_000;
    private const int FlushesOfCommit = 2;

    [Theory]
    [InlineData(125_000, 20)]
    [InlineData(2_500_000, 100)]
    [InlineData(12_500_000, 400)]
    [InlineData(37_500_000, 800)]
    public void Transfer_loses_nothing_by_slow_flushes_and_makes_few(long rate, int chunks)
    {
        var wire = WireTraits.FastWifi with { Rate = rate };
        var (quick, slow) = (More(wire, chunks, flush: 0), More(wire, chunks, FlushMicroseconds));
        output.WriteLine($"{rate} B/s: {quick} by a quick disk, {slow} by a slow one");
        // The two sizes end at different moments between two commits.
        Assert.InRange(slow.Seconds, 0, quick.Seconds + FlushesOfCommit * FlushMicroseconds / 1e6);
        foreach (var cost in (Cost[])[quick, slow])
            Assert.InRange(
                cost.Flushes, 1, FlushesOfCommit * (CommitPolicy.PerSecond * cost.Seconds + CommitPolicy.Burst));
    }

    /// <summary>What three times as many chunks cost beyond the first.</summary>
    private static Cost More(WireTraits wire, int chunks, long flush)
    {
        var (few, many) = (Fetch(wire, chunks, flush), Fetch(wire, 3 * chunks, flush));
        return new Cost(many.Seconds - few.Seconds, many.Flushes - few.Flushes);
    }

    private static Cost Fetch(WireTraits wire, int chunks, long flush)
    {
        var world = new SimWorld(seed: 1, new Trace(null));
        var stage = new Stage(world);
        var nodes = stage.Nodes(2);
        stage.Line(nodes, wire);
        var content = stage.Share(chunks * Stage.Chunk, nodes[0]);
        stage.BootAll();
        nodes[1].Disk.Faults.FlushMicroseconds = flush;
        stage.WantAt(7, nodes[1], content);
        world.RunTo(8_000_000);
        var wish = Assert.Single(nodes[1].User.Wishes);
        Assert.True(world.RunUntil(() => wish.IsDone, TimeSpan.FromMinutes(60)));
        return new Cost((wish.DoneAt - wish.StartedAt) / 1e6, nodes[1].Disk.Flushes);
    }

    /// <param name="Flushes">Of files, by the requester.</param>
    private readonly record struct Cost(double Seconds, long Flushes);
}
