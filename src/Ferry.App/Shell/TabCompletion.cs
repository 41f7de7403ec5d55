using Ferry.App.Commands;
using Ferry.App.Output;

namespace Ferry.App.Shell;

/// <summary>What Tab makes of a line, given what may stand there.</summary>
internal static class TabCompletion
{
    /// <summary>As much as all candidates have in common; a candidate that is the only one as a whole.</summary>
    /// <param name="from">Where the word begins that is being typed.</param>
    public static LineState Complete(LineState line, int from, IReadOnlyList<Candidate> candidates)
    {
        if (candidates.Count == 0) return line;
        if (candidates is [{ IsWhole: true } only])
        {
            var isBlankBehind = line.Cursor < line.Text.Length && line.Text[line.Cursor] == ' ';
            return LineEditor.Replace(
                line, from, line.Cursor + (isBlankBehind ? 1 : 0), Words.Quote(only.Word) + " ");
        }
        var common = candidates.Select(candidate => candidate.Word).Aggregate(Common);
        var typed = Words.Typed(line.Text[..line.Cursor]).Words[^1];
        return common.Length <= typed.Length ? line : LineEditor.Replace(line, from, line.Cursor, Words.Open(common));
    }

    /// <summary>In columns, as many as there is room for; a word about those that are left out.</summary>
    public static IReadOnlyList<string> List(IReadOnlyList<Candidate> candidates, int width, int linesMax)
    {
        var cells = candidates.Select(candidate => Cells.Shorten(SafeText.Clean(Label(candidate)), width - 1)).ToList();
        var column = Math.Min(cells.Max(Cells.Width) + 2, width);
        var perLine = Math.Max(1, width / column);
        var fits = Math.Max(1, linesMax) * perLine;
        var lines = cells.Take(fits).Chunk(perLine)
            .Select(row => string.Concat(row.Select(cell => Pad(cell, column))).TrimEnd())
            .ToList();
        if (cells.Count > fits) lines.Add($"… and {cells.Count - fits} more");
        return lines;
    }

    private static string Pad(string cell, int cells) => cell + new string(' ', cells - Cells.Width(cell));

    /// <summary>Of a path only the last part: what stands before it has been typed.</summary>
    private static string Label(Candidate candidate)
    {
        var cut = candidate.Word.TrimEnd('/').LastIndexOf('/') + 1;
        return candidate.IsWhole || cut == 0 ? Last(candidate.Word) : candidate.Word[cut..];
    }

    private static string Last(string word) => word.Contains("://", StringComparison.Ordinal)
        ? word : word[(word.LastIndexOf('/') + 1)..];

    /// <summary>Never half of a pair.</summary>
    private static string Common(string one, string other)
    {
        var length = one.AsSpan().CommonPrefixLength(other);
        if (length > 0 && char.IsHighSurrogate(one[length - 1])) length--;
        return one[..length];
    }
}
