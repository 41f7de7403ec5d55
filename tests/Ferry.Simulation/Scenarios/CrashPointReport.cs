using Ferry.Simulation.World;

namespace Ferry.Simulation.Scenarios;

/// <summary>What kinds of crash points were tried, how many of each, and which failed.</summary>
internal sealed class CrashPointReport(Scenario scenario)
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public Scenario Scenario => scenario;
    public IReadOnlyDictionary<string, long> Counts => _counts;
    public long Count => _counts.Values.Sum();
    public Reached Reached { get; } = new();
    public List<RunResult> Failures { get; } = [];

    /// <summary>How many nodes the scenario has.</summary>
    public int Nodes { get; set; }

    public string Summary =>
        $"{scenario.Name}: {Count} runs ({string.Join(", ", _counts.Select(kind => $"{kind.Value} {kind.Key}"))}), "
        + $"{Failures.Count} failed";

    public long Of(string kind) => _counts.GetValueOrDefault(kind);

    public void Add(string kind, RunResult result)
    {
        _counts[kind] = Of(kind) + 1;
        Reached.Merge(result.Reached);
        if (result.Failure is not null) Failures.Add(result);
    }
}
