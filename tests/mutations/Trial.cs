using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Ferry.Mutations;

/// <summary>Applies rules, one at a time, and tries the tests that ought to notice.</summary>
internal sealed partial class Trial(ScratchTree tree)
{
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(15);

    /// <summary>A broken program may also hang. That is noticed.</summary>
    private static readonly TimeSpan TestLimit = TimeSpan.FromMinutes(10);

    /// <summary>What is wrong before anything is broken; null when all tests pass, as they must.</summary>
    public string? Rehearse(IReadOnlyCollection<Rule> rules)
    {
        foreach (var project in rules.SelectMany(rule => rule.Tests).Select(test => test.Project).Distinct())
            if (tree.Build(project, BuildLimit) is { Code: not 0 } build)
                return $"{project} does not build:\n{build.Output}";
        foreach (var test in rules.SelectMany(rule => rule.Tests).DistinctBy(test => test.ToString()))
        {
            var run = tree.Run(test, TestLimit);
            if (CountOf(run) == 0) return $"'{test}' runs no test:\n{run.Output}";
            if (run.Code != 0) return $"'{test}' fails, and nothing has been broken yet:\n{run.Output}";
        }
        return null;
    }

    public Outcome Try(Rule rule)
    {
        var started = Stopwatch.GetTimestamp();
        var path = tree.FullPath(rule.File);
        if (!File.Exists(path)) return Broken($"there is no {rule.File}");
        var source = File.ReadAllText(path);
        try
        {
            File.WriteAllText(path, rule.Apply(source));
            return Judge();
        }
        catch (RuleException problem)
        {
            return Broken(problem.Message);
        }
        finally
        {
            File.WriteAllText(path, source);
        }

        Outcome Judge()
        {
            if (tree.BuildAlone(rule.Project, BuildLimit) is { Code: not 0 } build)
                return Broken($"does not build: {FirstError().Match(build.Output).Value}");
            foreach (var test in rule.Tests)
            {
                var run = RunWith(rule, test);
                if (run.Code is null) return End(Verdict.Killed, $"{test} hangs");
                if (run.Code != 0) return End(Verdict.Killed, WhoFailed(run) ?? test.ToString());
            }
            return End(Verdict.Survived, rule.Why);
        }

        Outcome Broken(string detail) => End(Verdict.Broken, detail);
        Outcome End(Verdict verdict, string detail) => new(rule, verdict, detail, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>The test program with the broken assembly in the place of the good one, for this run.</summary>
    private ToolRun RunWith(Rule rule, TestRun test)
    {
        var used = tree.Built($"tests/{test.Project}", rule.Assembly);
        var good = File.ReadAllBytes(used);
        try
        {
            File.Copy(tree.Built(rule.Project, rule.Assembly), used, overwrite: true);
            return tree.Run(test, TestLimit);
        }
        finally
        {
            File.WriteAllBytes(used, good);
        }
    }

    private static int CountOf(ToolRun run) =>
        Count().Matches(run.Output).Sum(match => int.Parse(match.Groups["n"].ValueSpan, CultureInfo.InvariantCulture));

    private static string? WhoFailed(ToolRun run) =>
        Failed().Match(run.Output) is { Success: true } match ? match.Groups["who"].Value.Trim() : null;

    // xunit's last line, and that of runs of the simulation by hand.
    [GeneratedRegex(@"Total: (?<n>\d+)|^(?<n>\d+) passed, \d+ failed",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Count();

    [GeneratedRegex(@"^(?<who>.*) \[FAIL\]|^(?<who>\S+ seed \d+: .*)$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Failed();

    [GeneratedRegex(@"\S+: error .*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FirstError();
}
