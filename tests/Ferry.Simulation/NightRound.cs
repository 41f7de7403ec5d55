using Ferry.Simulation.Scenarios;
using Ferry.Simulation.World;

namespace Ferry.Simulation;

/// <summary>
/// What a long run does with each seed: every scenario once, swarm and storm often, and one family of crash points,
/// each in turn.
/// </summary>
internal static class NightRound
{
    /// <summary>Swarm runs differ most from seed to seed.</summary>
    private const ulong SwarmRuns = 10;
    private const int PairRuns = 300;

    public static void Run(ulong seed, RunLedger ledger)
    {
        foreach (var scenario in Catalogue.All)
        {
            var seeds = scenario.Name is "swarm" or "storm" ? SwarmRuns : 1;
            for (ulong extra = 0; extra < seeds; extra++)
                ledger.Add(SimRun.Execute(scenario, (seed - 1) * seeds + 1 + extra));
        }
        const int families = 4;
        var crashed = CrashPoints.All[(int)(seed / families % (ulong)CrashPoints.All.Count)];
        ledger.Add((seed % families) switch
        {
            0 => CrashPoints.Singly(crashed, seed),
            1 => CrashPoints.TogetherAt(crashed, seed, allWays: false),
            2 => CrashPoints.PairsOf(crashed, seed, PairRuns),
            _ => CrashPoints.EveryOutcome(CrashPoints.Tiny, seed),
        });
    }
}
