using System.Text.RegularExpressions;
using Ferry.App.Commands;
using Ferry.Tests.Architecture;

namespace Ferry.Tests.Integration.Harness;

/// <param name="Host">On whose machine it is typed, as in <c>boat$ ferry status</c>.</param>
/// <param name="Shown">What the page shows of its output; <c>...</c> stands for anything.</param>
internal sealed record Typed(string Host, string Line, IReadOnlyList<string> Shown);

/// <summary>The commands of a page for people, in its blocks of code and within its sentences.</summary>
internal static partial class Page
{
    private const string Console = "```console";

    /// <summary>All of them, wherever they stand, as words behind <c>ferry</c>.</summary>
    public static IEnumerable<(string Line, List<string>? Words)> Commands(string file)
    {
        var text = File.ReadAllText(Repository.FullPath(file));
        return Command().Matches(text).Select(match => match.Groups["words"].Value)
            .Select(line => (line, Words.Split(Rest().Replace(line, ""))));
    }

    /// <summary>Those of the blocks that are marked as <c>console</c>, in their order.</summary>
    public static IEnumerable<Typed> Played(string file)
    {
        var isPlayed = false;
        Typed? last = null;
        foreach (var line in Repository.Lines(file))
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) isPlayed = line == Console;
            else if (isPlayed && Prompt().Match(line) is { Success: true } prompt)
            {
                if (last is not null) yield return last;
                last = new Typed(prompt.Groups["host"].Value, prompt.Groups["line"].Value, []);
            }
            else if (isPlayed && last is not null) last = last with { Shown = [.. last.Shown, line] };
        }
        if (last is not null) yield return last;
    }

    // In a line of code, behind a prompt or 'sudo' or nothing; or in a `span`.
    [GeneratedRegex(
        @"(^ *([a-z]+\$ )?|`|= ?)(\./|/usr/bin/)?ferry (?<words>[a-z-][^`\n]*)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Command();

    /// <summary>What the shell of the system does with it, and remarks.</summary>
    [GeneratedRegex(@"( +#| *[|<>;&]).*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rest();

    [GeneratedRegex(
        @"^(?<host>[a-z]+)\$ ferry (?<line>.+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Prompt();
}
