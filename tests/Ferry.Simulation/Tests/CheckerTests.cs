using Ferry.Protocol.Content;
using Ferry.Simulation.Node;
using Ferry.Simulation.Scenarios;
using Ferry.Simulation.World;
using Xunit;

namespace Ferry.Simulation.Tests;

/// <summary>What the checkers of resends are for: runs that are wrong on purpose fail, by the checker meant.</summary>
public sealed class CheckerTests
{
    private const int Size = 60 * Stage.Chunk;

    /// <summary>Two thirds of the content have come.</summary>
    private static readonly double Late = 1 + 0.66 * Size / SingleCrash.Slow.Rate;

    [Fact]
    public void Requester_that_forgets_what_it_has_asks_for_durable_chunks() =>
        AssertFails("which it knows to be durable", stage => Forget(Transfer(stage, losses: 1, Late, victim: 1)));

    [Fact]
    public void Requester_that_forgets_what_it_has_gets_more_again_than_was_outstanding()
    {
        AssertFails("have been sealed again", stage =>
        {
            Forget(Transfer(stage, losses: 1, Late, victim: 1));
            stage.World.Checks.Only(stage.World.Checks.Resent);
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Crash_that_was_not_announced_costs_more_than_nothing(int victim) =>
        AssertFails("have been sealed again", stage => Transfer(stage, losses: 0, Late, victim));

    [Fact]
    public void Crash_that_comes_too_early_to_tell_a_window_from_the_whole_is_found_out() =>
        AssertFails("too early", stage => Transfer(stage, losses: 1, seconds: 2.5, victim: 0));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Right_run_passes(int victim)
    {
        var run = SimRun.Execute(new Scenario("right", stage => Transfer(stage, losses: 1, Late, victim)), seed: 1);
        Assert.Null(run.Failure);
    }

    [Fact]
    public void Holder_that_takes_anybodys_word_is_found_out() => AssertFails("last words", stage =>
    {
        Liars.Relay(stage);
        stage.At(1, () => stage.World.Nodes[0].Keys.BelievesAnybody = true);
    });

    /// <summary>A holder, a requester, and a crash of one of them.</summary>
    private static SimNode Transfer(Stage stage, int losses, double seconds, int victim)
    {
        var nodes = stage.Nodes(2);
        stage.Line(nodes, SingleCrash.Slow);
        var content = stage.Share(Size, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[1], content);
        stage.CrashAt(seconds, nodes[victim], powerCut: true, downFor: 2);
        stage.BoundResends(losses, mustBite: true);
        return nodes[victim];
    }

    private static void Forget(SimNode node) => node.Recall = recovered => recovered with
    {
        Downloads = [.. recovered.Downloads.Select(download => download with
        {
            Durable = new ChunkMap(download.Manifest.Layout.ChunkCount),
        })],
    };

    private static void AssertFails(string promise, Action<Stage> setUp)
    {
        var run = SimRun.Execute(new Scenario("wrong", setUp), seed: 1);
        Assert.NotNull(run.Failure);
        Assert.Contains(promise, run.Failure, StringComparison.Ordinal);
    }
}
