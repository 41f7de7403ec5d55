namespace Ferry.Tests.Architecture;

/// <summary>The lines of a Markdown page that can be broken anywhere.</summary>
internal static class Prose
{
    public static IEnumerable<(int Number, string Text)> Lines(string[] page)
    {
        var isFenced = false;
        for (var at = 0; at < page.Length; at++)
        {
            var line = page[at];
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal)) isFenced = !isFenced;
            else if (!isFenced && !line.StartsWith('|') && !IsIndentedCode(page, at) && CanBreak(line))
                yield return (at + 1, line);
        }
    }

    /// <summary>Four blanks behind an empty line, or behind code; elsewhere they go on with a list.</summary>
    private static bool IsIndentedCode(string[] page, int at)
    {
        while (at >= 0 && page[at].StartsWith("    ", StringComparison.Ordinal)) at--;
        return at < 0 || page[at].Trim().Length == 0;
    }

    /// <summary>There is a blank to break at, outside links and code spans, behind the first word.</summary>
    private static bool CanBreak(string line)
    {
        var text = line.TrimStart('-', '#', '>', ' ');
        var isWhole = false;
        foreach (var letter in text)
        {
            if (letter == '`') isWhole = !isWhole;
            else if (letter == ' ' && !isWhole) return true;
        }
        return false;
    }
}
