using System.Globalization;
using Ferry.Simulation.Scenarios;
using Ferry.Simulation.World;

namespace Ferry.Simulation;

/// <summary>
/// The simulation from the command line: <c>--seed 42 [--scenario NAME] [--crash PLAN] [--trace]</c>,
/// <c>--seeds A..B</c>, <c>--minutes M</c>, <c>--crash-points [--scenario NAME] [--again N]</c>.
/// </summary>
internal sealed class HandRun
{
    private ulong _first = 1;
    private ulong _last = ulong.MaxValue;
    private TimeSpan _limit = TimeSpan.MaxValue;
    private Scenario? _scenario;
    private CrashPlan? _plan;
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
        var ledger = new RunLedger(output);
        if (_first == _last && !_crashPoints) RunOne(ledger, output);
        else RunMany(ledger);
        ledger.Summarise();
        return ledger.Failed == 0 ? 0 : 1;
    }

    private void RunOne(RunLedger ledger, TextWriter output)
    {
        foreach (var scenario in _scenario is null ? Catalogue.All : [_scenario])
        {
            var result = SimRun.Execute(scenario, _first, _trace ? output : null, _plan);
            ledger.Add(result);
            ledger.Describe(result);
        }
    }

    private void RunMany(RunLedger ledger)
    {
        for (var seed = _first; seed <= _last && ledger.Elapsed < _limit; seed++)
        {
            if (_crashPoints) RunCrashPoints(seed, ledger);
            else if (_scenario is not null) ledger.Add(SimRun.Execute(_scenario, seed, plan: _plan));
            else NightRound.Run(seed, ledger);
            if (_crashPoints && _last == ulong.MaxValue && _limit == TimeSpan.MaxValue) return;
        }
    }

    private void RunCrashPoints(ulong seed, RunLedger ledger)
    {
        foreach (var scenario in _scenario is null ? CrashPoints.All : [_scenario])
        {
            ledger.Add(CrashPoints.Singly(scenario, seed, _again));
            if (_again > 0) continue;
            ledger.Add(CrashPoints.TogetherAt(scenario, seed, allWays: true));
            ledger.Add(CrashPoints.EveryOutcome(scenario, seed));
        }
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
            case "--crash" when CrashPlan.TryParse(value) is { } plan:
                _plan = plan;
                return 1;
            default:
                var names = Catalogue.All.Concat(CrashPoints.All);
                _mistake = $"{option} {value} is not understood; scenarios: {string.Join(' ', names)}";
                return 0;
        }
    }
}
