using System.Text;

namespace Ferry.Names;

/// <summary>
/// How alike two names are: 1 − d ÷ (length of the longer), d being the least number of insertions, deletions,
/// substitutions and swaps of neighbours that turn one into the other, no part edited twice (Damerau 1964, in the
/// "optimal string alignment" form). These four are the usual typing errors. Jaro–Winkler was the other candidate: it
/// rewards a common start, so that all of IMG_0001 … IMG_9999 or two reports of one series come out at 0.9 and more,
/// which would offer many wrong files for one typo.
///
/// Only a band around the diagonal can stay within the distance allowed (Ukkonen 1985), and names above
/// <see cref="RunesMax"/> are not compared (a file name has 255 bytes at most), so one comparison costs at most
/// 256 × 103 steps, whatever the names.
/// </summary>
public static class EditDistance
{
    internal const int RunesMax = 256;

    /// <summary>0 when the similarity is below <paramref name="atLeast"/>, or a name is too long to compare.</summary>
    public static double Similarity(ReadOnlySpan<char> left, ReadOnlySpan<char> right, double atLeast)
    {
        if (left.Length > 2 * RunesMax || right.Length > 2 * RunesMax) return 0;
        Span<int> a = stackalloc int[2 * RunesMax];
        Span<int> b = stackalloc int[2 * RunesMax];
        a = a[..Decode(left, a)];
        b = b[..Decode(right, b)];
        var longer = Math.Max(a.Length, b.Length);
        if (longer > RunesMax) return 0;
        if (longer == 0) return 1;
        var allowed = Allowed(longer, atLeast);
        var distance = Distance(a, b, allowed);
        return distance <= allowed ? 1 - (double)distance / longer : 0;
    }

    /// <summary>The greatest distance at which names of this length still reach the similarity.</summary>
    internal static int Allowed(int longer, double atLeast) => (int)(longer * (1 - atLeast) + 1e-9);

    /// <summary>The distance, or anything above <paramref name="allowed"/>.</summary>
    private static int Distance(ReadOnlySpan<int> a, ReadOnlySpan<int> b, int allowed)
    {
        if (Math.Abs(a.Length - b.Length) > allowed) return allowed + 1;
        Span<int> rows = stackalloc int[3 * (RunesMax + 1)];
        var beforeLast = rows[..(RunesMax + 1)];
        var last = rows.Slice(RunesMax + 1, RunesMax + 1);
        var row = rows[(2 * (RunesMax + 1))..];
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var (from, to) = (Math.Max(1, i - allowed), Math.Min(b.Length, i + allowed));
            row[from - 1] = from == 1 ? i : allowed + 1;
            var least = row[from - 1];
            for (var j = from; j <= to; j++)
            {
                var cost = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost = Math.Min(cost, row[j - 1] + 1);
                if (j < i + allowed) cost = Math.Min(cost, last[j] + 1); // Else last[j] lies outside the band.
                var isSwap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                if (isSwap) cost = Math.Min(cost, beforeLast[j - 2] + 1);
                row[j] = cost;
                least = Math.Min(least, cost);
            }
            if (least > allowed) return allowed + 1;
            var reused = beforeLast;
            beforeLast = last;
            last = row;
            row = reused;
        }
        return last[b.Length];
    }

    private static int Decode(ReadOnlySpan<char> text, Span<int> runes)
    {
        var count = 0;
        foreach (var rune in text.EnumerateRunes()) runes[count++] = rune.Value;
        return count;
    }
}
