using System.Diagnostics;
using Ferry.Simulation.Scenarios;
using Ferry.Simulation.World;

namespace Ferry.Simulation;

/// <summary>Keeps count of what a long run has covered; tells of a failure at once, and how to see it again.</summary>
internal sealed class RunLedger(TextWriter output)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly SortedDictionary<string, long> _runs = new(StringComparer.Ordinal);
    private readonly Reached _reached = new();

    public TimeSpan Elapsed => _clock.Elapsed;
    public long Failed { get; private set; }

    public void Add(RunResult result)
    {
        Count(result.Plan is null ? result.Scenario.Name : $"{result.Scenario.Name} with a power cut", 1);
        _reached.Merge(result.Reached);
        if (result.Failure is null) return;
        Failed++;
        Describe(result);
    }

    public void Add(CrashPointReport report)
    {
        foreach (var (kind, count) in report.Counts) Count($"{report.Scenario}: power cuts {kind}", count);
        _reached.Merge(report.Reached);
        Failed += report.Failures.Count;
        foreach (var failure in report.Failures) Describe(failure);
    }

    public void Describe(RunResult result)
    {
        output.WriteLine($"{result.Scenario} seed {result.Seed}: {result.Failure ?? "passed"}");
        output.WriteLine(
            $"  {result.Virtual.TotalSeconds:F1} virtual s, {result.Steps} steps, trace {result.Hash:x16}");
        if (result.Failure is not null) output.WriteLine($"  {result.Replay}");
    }

    public void Summarise()
    {
        output.WriteLine("runs");
        foreach (var (kind, count) in _runs) output.WriteLine($"  {count,8} {kind}");
        output.WriteLine("rare states reached");
        foreach (var state in Enum.GetValues<Rare>())
            output.WriteLine($"  {_reached.Counts.GetValueOrDefault(state),8} {state}");
        var all = _runs.Values.Sum();
        output.WriteLine($"{all - Failed} passed, {Failed} failed, {Elapsed.TotalSeconds:F0} s");
    }

    private void Count(string kind, long runs) => _runs[kind] = _runs.GetValueOrDefault(kind) + runs;
}
