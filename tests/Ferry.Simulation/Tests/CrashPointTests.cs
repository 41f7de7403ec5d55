using Ferry.Simulation.Scenarios;
using Ferry.Simulation.World;
using Xunit;

namespace Ferry.Simulation.Tests;

/// <summary>
/// A power cut at every disk operation of every party and at every message that reaches it: alone, with others, twice,
/// and with all that the disk may keep. Each test says how many there were, and fails when they are too few to mean
/// anything.
/// </summary>
public sealed class CrashPointTests(SeedRuns runs, ITestOutputHelper output)
{
    /// <summary>Operations after a restart: reading the log and beginning a new segment take about this many.</summary>
    private const int RecoveryOperations = 16;

    /// <summary>
    /// As many as there are ways for the parties to fall, so that each point is tried with all of them.
    /// </summary>
    private const int WaysToFall = 10;
    private const int PairSeeds = 4;

    public static TheoryData<string, int> Scenarios
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var scenario in CrashPoints.All)
                for (var seed = 1; seed <= SeedRuns.CrashPointSeeds; seed++) data.Add(scenario.Name, seed);
            return data;
        }
    }

    /// <summary>The seed decides what each power cut keeps of the unflushed.</summary>
    [Theory]
    [MemberData(nameof(Scenarios))]
    public void A_power_cut_at_any_disk_operation_or_delivery_breaks_no_promise(string scenario, int seed)
    {
        var report = runs.CrashPointsOf(CrashPoints.Find(scenario)!, seed);
        Expect(report, CrashPoints.Disk, 70);
        Expect(report, CrashPoints.Deliveries, 20);
    }

    [Fact]
    public void A_second_power_cut_while_recovering_breaks_no_promise()
    {
        for (var again = 1; again <= RecoveryOperations; again++)
            Expect(CrashPoints.Singly(CrashPoints.Small, seed: (ulong)again, again), CrashPoints.Disk, 70);
    }

    [Fact]
    public void Two_parties_or_all_of_them_may_lose_power_at_once_and_come_back_in_any_order()
    {
        for (var seed = 1UL; seed <= WaysToFall; seed++)
            Expect(CrashPoints.TogetherAt(CrashPoints.Small, seed, allWays: false), CrashPoints.Together, 100);
    }

    [Fact]
    public void Two_parties_may_lose_power_each_at_a_moment_of_its_own()
    {
        for (var seed = 1UL; seed <= PairSeeds; seed++)
            Expect(CrashPoints.PairsOf(CrashPoints.Small, seed, pairs: 200), CrashPoints.Pairs, 200);
    }

    /// <summary>Four sectors of content and what the log says of it: all subsets of what was not flushed.</summary>
    [Fact]
    public void A_power_cut_breaks_no_promise_whatever_the_disk_keeps()
    {
        var report = CrashPoints.EveryOutcome(CrashPoints.Tiny, seed: 1);
        Expect(report, CrashPoints.Outcomes, 150);
        Assert.Equal(0, report.Of(CrashPoints.Sampled));
    }

    /// <summary>What a disk keeps of the 128 sectors of a chunk can only be sampled; the rest is tried.</summary>
    [Fact]
    public void A_power_cut_breaks_no_promise_with_whatever_samples_the_disk_keeps_of_whole_chunks()
    {
        var report = CrashPoints.EveryOutcome(CrashPoints.Small, seed: 1);
        Expect(report, CrashPoints.Outcomes, 150);
        Expect(report, CrashPoints.Sampled, 10);
    }

    [Theory]
    [InlineData("2:36")]
    [InlineData("2:m14")]
    [InlineData("2:36:3")]
    [InlineData("0:7#5")]
    [InlineData("2:36+0:m5")]
    [InlineData("2:36/0,2,1")]
    public void A_plan_is_written_as_it_is_read(string text) =>
        Assert.Equal(text, CrashPlan.TryParse(text)?.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("2:x")]
    [InlineData("2:36/")]
    [InlineData("2:36#")]
    [InlineData("2:36:4:5")]
    public void What_is_no_plan_is_not_read_as_one(string text) => Assert.Null(CrashPlan.TryParse(text));

    private void Expect(CrashPointReport report, string kind, long atLeast)
    {
        output.WriteLine(report.Summary);
        Assert.True(report.Failures.Count == 0, $"{report.Summary}\n{SeedTests.Describe(report.Failures)}");
        Assert.True(report.Of(kind) >= atLeast, $"{report.Summary}: fewer than {atLeast} {kind}");
    }
}
