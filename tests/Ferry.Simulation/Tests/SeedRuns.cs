using System.Collections.Concurrent;
using Ferry.Simulation.Scenarios;
using Ferry.Simulation.Tests;
using Ferry.Simulation.World;
using Xunit;

[assembly: AssemblyFixture(typeof(SeedRuns))]

namespace Ferry.Simulation.Tests;

/// <summary>All runs over seeds and crash points, each done once, whichever test asks first.</summary>
public sealed class SeedRuns
{
    /// <summary>
    /// What a power cut keeps of the unflushed is chance: each crash point is tried with so many seeds.
    /// </summary>
    public const int CrashPointSeeds = 8;

    /// <summary>Swarm runs differ most from seed to seed, so they get most of the seeds.</summary>
    private const int SwarmSeeds = 200;
    private const int OtherSeeds = 25;

    /// <summary>What a liar says, and when, differs as much.</summary>
    private const int LiarSeeds = 100;
    private const int LiarHalfSeeds = 60;

    private readonly ConcurrentDictionary<string, Lazy<IReadOnlyList<RunResult>>> _runs = new();
    private readonly ConcurrentDictionary<(string Scenario, int Seed), Lazy<CrashPointReport>> _crashes = new();

    internal IReadOnlyList<RunResult> Of(Scenario scenario) =>
        _runs.GetOrAdd(scenario.Name, _ => new Lazy<IReadOnlyList<RunResult>>(() => Run(scenario))).Value;

    internal CrashPointReport CrashPointsOf(Scenario scenario, int seed) => _crashes.GetOrAdd(
        (scenario.Name, seed),
        _ => new Lazy<CrashPointReport>(() => CrashPoints.Singly(scenario, (ulong)seed))).Value;

    private static RunResult[] Run(Scenario scenario)
    {
        var seeds = scenario.Name switch
        {
            "swarm" or "storm" => SwarmSeeds,
            "liar-relay" or "liar-neighbour" => LiarSeeds,
            "liar-half" => LiarHalfSeeds,
            _ => OtherSeeds,
        };
        return [.. Enumerable.Range(1, seeds).Select(seed => SimRun.Execute(scenario, (ulong)seed))];
    }
}
