using Ferry.Simulation.Network;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Scenarios;

/// <summary>
/// Every power cut there is: a small scenario is run once to count each party's disk operations, and then once for each
/// of them with the power going exactly there. The party restarts after 3 s, and the run must end as if nothing
/// had been.
/// </summary>
internal static class CrashPoints
{
    /// <summary>Holder, relay, requester; three chunks, the last of one byte.</summary>
    public static readonly Scenario Small = new("crash-points", stage =>
    {
        var nodes = stage.Nodes(3);
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.Share(2 * Stage.Chunk + 1, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[2], content);
        stage.World.Checks.Resent.IsOn = true;
    });

    /// <summary>
    /// The same with the requester downloading two contents, one of them empty, and the relay wanting one too.
    /// </summary>
    public static readonly Scenario Pair = new("crash-points-pair", stage =>
    {
        var nodes = stage.Nodes(3);
        stage.Line(nodes, WireTraits.Wifi);
        var content = stage.Share(4 * Stage.Chunk, nodes[0]);
        var empty = stage.Share(0, nodes[0]);
        stage.BootAll();
        stage.WantAt(1, nodes[2], content);
        stage.WantAt(1.1, nodes[2], empty);
        stage.WantAt(1.2, nodes[1], content);
    });

    public static readonly IReadOnlyList<Scenario> All = [Small, Pair];

    public static Scenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);

    /// <param name="again">The power goes a second time so many operations after each restart; 0 for once only.</param>
    public static CrashPointReport Enumerate(Scenario scenario, ulong seed, int again = 0)
    {
        var baseline = SimRun.Execute(scenario, seed);
        var report = new CrashPointReport(scenario, baseline.Operations, new Reached());
        if (baseline.Failure is not null) report.Failures.Add(baseline);
        else
        {
            for (var node = 0; node < baseline.Operations.Count; node++)
            {
                var (first, last) = baseline.Operations[node];
                for (var operation = first; operation <= last; operation++)
                    report.Add(SimRun.Execute(scenario, seed, crashPoint: new CrashPoint(node, operation, again)));
            }
        }
        return report;
    }
}

/// <param name="Operations">The numbers of each party's disk operations.</param>
internal sealed record CrashPointReport(
    Scenario Scenario, IReadOnlyList<(long First, long Last)> Operations, Reached Reached)
{
    public long Count { get; private set; }
    public List<RunResult> Failures { get; } = [];

    public string Summary =>
        $"{Scenario.Name}: {Count} crash points ({string.Join(" + ", Parties)}), {Failures.Count} failed";

    private IEnumerable<long> Parties => Operations.Select(party => party.Last - party.First + 1);

    public void Add(RunResult result)
    {
        Count++;
        Reached.Merge(result.Reached);
        if (result.Failure is not null) Failures.Add(result);
    }
}
