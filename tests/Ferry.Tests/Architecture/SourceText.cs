using System.Text.RegularExpressions;

namespace Ferry.Tests.Architecture;

/// <summary>
/// Finds members by their braces. That is enough because <c>dotnet format</c> holds the sources: a body's braces stand
/// alone on their lines, the closing one under the opening one.
/// </summary>
internal static partial class SourceText
{
    /// <summary>Bodies, but for types' and values': where they open, and their length with both braces.</summary>
    public static IEnumerable<(int First, int Lines)> Members(string[] lines)
    {
        for (var open = 1; open < lines.Length; open++)
        {
            if (lines[open].Trim() != "{" || IsTypeOrValue(Header(lines, open))) continue;
            var close = lines[open].Replace('{', '}');
            var end = Array.FindIndex(lines, open, line => line.StartsWith(close, StringComparison.Ordinal));
            if (end > open) yield return (open + 1, end - open + 1);
        }
    }

    /// <summary>The lines before a brace back to the end of the last statement, at most a screen of them.</summary>
    private static string Header(string[] lines, int open)
    {
        var first = open - 1;
        while (first > 0 && open - first < 12 && !EndsStatement(lines[first - 1])) first--;
        return string.Join(' ', lines[first..open]);
    }

    private static bool EndsStatement(string line) => line.Trim() switch
    {
        "" => true,
        var text => text[^1] is ';' or '{' or '}' || text.StartsWith("//", StringComparison.Ordinal),
    };

    private static bool IsTypeOrValue(string header) =>
        TypeHeader().IsMatch(header) || header.TrimEnd().EndsWith('=') || NewValue().IsMatch(header);

    [GeneratedRegex(
        @"^\s*(\[.*\]\s*)*([a-z]+\s+)*(class|record|struct|interface|enum|namespace)\s",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TypeHeader();

    [GeneratedRegex(@"=\s*new\b[^;]*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NewValue();
}
