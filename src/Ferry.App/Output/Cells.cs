using System.Globalization;
using Spectre.Console;

namespace Ferry.App.Output;

/// <summary>
/// How many columns of a terminal a text takes: two for the ideographs of Chinese, Japanese and Korean and for emoji,
/// none for marks that stand on the letter before them. A sequence of joined emoji takes two where the terminal draws
/// it as one, and two for each of its parts where it does not; here the larger figure counts, so that what is cut to a
/// width fits either way.
/// </summary>
internal static class Cells
{
    public static int Width(string text)
    {
        if (IsPlain(text)) return text.Length;
        var cells = 0;
        foreach (var cluster in Clusters(text)) cells += ClusterWidth(cluster);
        return cells;
    }

    /// <summary>As many whole characters, each with its marks, as there is room for.</summary>
    public static string Cut(string text, int most)
    {
        if (IsPlain(text)) return text.Length <= most ? text : text[..Math.Max(0, most)];
        var (cells, chars) = (0, 0);
        foreach (var cluster in Clusters(text))
        {
            cells += ClusterWidth(cluster);
            if (cells > most) return text[..chars];
            chars += cluster.Length;
        }

        return text;
    }

    /// <summary>The same, with a sign when something is missing.</summary>
    public static string Shorten(string text, int most) => Width(text) <= most ? text : Cut(text, most - 1) + "…";

    /// <summary>A list of files measures six of these for each.</summary>
    private static bool IsPlain(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange(' ', '~');

    private static int ClusterWidth(string cluster) => Math.Max(
        cluster.GetCellWidth(), cluster.EnumerateRunes().Sum(rune => rune.ToString().GetCellWidth()));

    private static IEnumerable<string> Clusters(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(text, at);
            yield return text.Substring(at, length);
            at += length;
        }
    }
}
