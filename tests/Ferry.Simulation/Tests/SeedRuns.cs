using System.Collections.Concurrent;
using Ferry.Simulation.Scenarios;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Tests;

/// <summary>Runs each scenario over its seeds once, whichever test asks first.</summary>
public sealed class SeedRuns
{
    /// <summary>Swarm runs differ most from seed to seed, so they get most of the seeds.</summary>
    private const int SwarmSeeds = 150;
    private const int OtherSeeds = 20;

    private readonly ConcurrentDictionary<string, Lazy<IReadOnlyList<RunResult>>> _results = new();

    internal IReadOnlyList<RunResult> Of(Scenario scenario) =>
        _results.GetOrAdd(scenario.Name, _ => new Lazy<IReadOnlyList<RunResult>>(() => Run(scenario))).Value;

    private static RunResult[] Run(Scenario scenario) =>
        [.. Enumerable.Range(1, scenario.Name == "swarm" ? SwarmSeeds : OtherSeeds).Select(seed => SimRun.Execute(scenario, (ulong)seed))];
}
