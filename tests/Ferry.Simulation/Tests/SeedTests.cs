using Ferry.Simulation.Scenarios;
using Ferry.Simulation.World;
using Xunit;

namespace Ferry.Simulation.Tests;

/// <summary>Every scenario comes to rest over its seeds with all checkers content.</summary>
public sealed class SeedTests(SeedRuns runs)
{
    /// <summary>Where once would not be enough: full queues, each of them, many times.</summary>
    private static readonly Dictionary<Rare, int> LeastCounts = new()
    {
        [Rare.BusyPersisting] = 500,
        [Rare.BusyLogging] = 20,
        [Rare.BusySearching] = 100,
        [Rare.BusyReading] = 200,
        [Rare.BodyDropped] = 30,
        [Rare.LinkCutOff] = 200,
    };

    public static TheoryData<string> Scenarios => [.. Catalogue.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void All_seeds_come_to_rest_and_break_no_promise(string scenario)
    {
        var failures = runs.Of(Catalogue.Find(scenario)!).Where(run => run.Failure is not null).ToArray();
        Assert.True(failures.Length == 0, Describe(failures));
    }

    /// <summary>A set of runs in which nothing rare happens proves nothing.</summary>
    [Fact]
    public void Together_the_runs_reach_every_rare_state()
    {
        var reached = new Reached();
        foreach (var scenario in Catalogue.All)
            foreach (var run in runs.Of(scenario)) reached.Merge(run.Reached);
        // Only a power cut between a write and its flush tears a log, and no timer of a scenario hits that.
        foreach (var scenario in CrashPoints.All)
            for (var seed = 1; seed <= SeedRuns.CrashPointSeeds; seed++)
                reached.Merge(runs.CrashPointsOf(scenario, seed).Reached);
        var missed = Enum.GetValues<Rare>()
            .Where(state => reached.Counts.GetValueOrDefault(state) < LeastCounts.GetValueOrDefault(state, 1))
            .Select(state => $"{state} {reached.Counts.GetValueOrDefault(state)} times");
        Assert.True(!missed.Any(), $"reached too seldom: {string.Join(", ", missed)}");
    }

    internal static string Describe(IReadOnlyCollection<RunResult> failures) =>
        string.Join('\n', failures.Take(5).Select(run
            => $"{run.Failure}\n  {run.Replay}").Prepend($"{failures.Count} runs failed"));
}
