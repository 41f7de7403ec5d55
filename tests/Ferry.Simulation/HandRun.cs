using System.Diagnostics;
using System.Globalization;
using Ferry.Simulation.Scenarios;
using Ferry.Simulation.World;

namespace Ferry.Simulation;

/// <summary>
/// The simulation from the command line: <c>--seed 42 [--scenario NAME] [--crash NODE:OPERATION[:AGAIN]]
/// [--trace]</c>, <c>--seeds A..B</c>, <c>--minutes M</c>, <c>--crash-points [--scenario NAME] [--again N]</c>.
/// </summary>
internal sealed class HandRun
{
    private ulong _first = 1;
    private ulong _last = ulong.MaxValue;
    private TimeSpan _limit = TimeSpan.MaxValue;
    private Scenario? _scenario;
    private CrashPoint? _crash;
    private bool _trace;
    private bool _crashPoints;
    private int _again;
    private string? _mistake;

    public static bool TryParse(string[] args, out HandRun run)
    {
        run = new HandRun();
        string[] options = ["--seed", "--seeds", "--minutes", "--crash-points", "--scenario"];
        if (!args.Any(options.Contains)) return false;
        for (var at = 0; at < args.Length && run._mistake is null; at++)
        {
            var value = at + 1 < args.Length ? args[at + 1] : "";
            var used = run.Take(args[at], value);
            at += used;
        }
        return true;
    }

    public int Execute(TextWriter output, TextWriter errors)
    {
        if (_mistake is not null)
        {
            errors.WriteLine(_mistake);
            return 2;
        }
        if (_crashPoints) return RunCrashPoints(output);
        return RunSeeds(output);
    }

    private int RunSeeds(TextWriter output)
    {
        var scenarios = _scenario is null ? Catalogue.All : [_scenario];
        var clock = Stopwatch.StartNew();
        var reached = new Reached();
        long runs = 0, failed = 0;
        for (var seed = _first; seed <= _last && clock.Elapsed < _limit; seed++)
        {
            foreach (var scenario in scenarios)
            {
                var result = SimRun.Execute(scenario, seed, _trace ? output : null, _crash);
                reached.Merge(result.Reached);
                runs++;
                if (result.Failure is not null) failed++;
                if (result.Failure is not null || _first == _last) Report(result, output);
            }
        }
        output.WriteLine($"{runs - failed} passed, {failed} failed, {clock.Elapsed.TotalSeconds:F0} s");
        foreach (var (state, count) in reached.Counts) output.WriteLine($"  {state}: {count}");
        return failed == 0 ? 0 : 1;
    }

    private int RunCrashPoints(TextWriter output)
    {
        var failed = 0;
        foreach (var scenario in _scenario is null ? CrashPoints.All : [_scenario])
        {
            for (var seed = _first; seed <= (_last == ulong.MaxValue ? _first : _last); seed++)
            {
                var report = CrashPoints.Enumerate(scenario, seed, _again);
                failed += report.Failures.Count;
                output.WriteLine($"seed {seed} {report.Summary}");
                foreach (var failure in report.Failures) Report(failure, output);
                foreach (var (state, count) in report.Reached.Counts) output.WriteLine($"  {state}: {count}");
            }
        }
        return failed == 0 ? 0 : 1;
    }

    private static void Report(RunResult result, TextWriter output)
    {
        output.WriteLine($"{result.Scenario.Name} seed {result.Seed}: {result.Failure ?? "passed"}");
        output.WriteLine(
            $"  {result.Virtual.TotalSeconds:F1} virtual s, {result.Steps} steps, trace {result.Hash:x16}");
        if (result.Failure is not null) output.WriteLine($"  {result.Replay}");
    }

    /// <summary>Returns how many further words the option took.</summary>
    private int Take(string option, string value)
    {
        switch (option)
        {
            case "--trace":
                _trace = true;
                return 0;
            case "--crash-points":
                _crashPoints = true;
                return 0;
            case "--seed" when ulong.TryParse(value, CultureInfo.InvariantCulture, out _first):
                _last = _first;
                return 1;
            case "--seeds" when value.Split("..") is [var first, var last]
                && ulong.TryParse(first, CultureInfo.InvariantCulture, out _first)
                && ulong.TryParse(last, CultureInfo.InvariantCulture, out _last):
                return 1;
            case "--minutes" when double.TryParse(value, CultureInfo.InvariantCulture, out var minutes):
                _limit = TimeSpan.FromMinutes(minutes);
                return 1;
            case "--scenario" when (Catalogue.Find(value) ?? CrashPoints.Find(value)) is { } scenario:
                _scenario = scenario;
                return 1;
            case "--again" when int.TryParse(value, CultureInfo.InvariantCulture, out _again):
                return 1;
            case "--crash" when ParseCrash(value) is { } point:
                _crash = point;
                return 1;
            default:
                _mistake = $"{option} {value} is not understood; scenarios: {string.Join(' ', Catalogue.All)}";
                return 0;
        }
    }

    private static CrashPoint? ParseCrash(string value)
    {
        var numbers = new List<int>();
        foreach (var part in value.Split(':'))
        {
            if (!int.TryParse(part, CultureInfo.InvariantCulture, out var number)) return null;
            numbers.Add(number);
        }
        return numbers is [var node, var operation, .. var rest] && rest.Count <= 1
            ? new CrashPoint(node, operation, rest is [var again] ? again : 0) : null;
    }
}
