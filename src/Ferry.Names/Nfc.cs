using System.Collections.Frozen;
using System.Text;

namespace Ferry.Names;

/// <summary>
/// Unicode normalisation form C (UAX #15): "é" is one character whether it was typed as one (Linux, Windows) or stored
/// as "e" and a mark (macOS). The framework's <c>Normalize</c> returns its argument unchanged in a program that runs
/// with invariant globalization, as ours does to need no ICU on the machine; so it is written out here.
/// </summary>
internal static class Nfc
{
    private const int FirstAffected = 0x300;
    private const int HangulFirst = 0xAC00, HangulCount = 11172;
    private const int LeadFirst = 0x1100, LeadCount = 19;
    private const int VowelFirst = 0x1161, VowelCount = 21;
    private const int TailFirst = 0x11A7, TailCount = 28;

    private static readonly FrozenDictionary<(int First, int Mark), int> Compositions =
        ReadCompositions().ToFrozenDictionary();
    private static readonly FrozenDictionary<int, (int First, int Mark)> Decompositions =
        ReadDecompositions().ToFrozenDictionary();

    /// <summary>The text in form C; a lone surrogate becomes U+FFFD.</summary>
    public static string Of(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange((char)FirstAffected, char.MaxValue) < 0) return text;
        var runes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes()) Decompose(rune.Value, runes);
        var inOrder = InCanonicalOrder(runes);
        Compose(inOrder);
        var composed = new StringBuilder(text.Length);
        foreach (var rune in inOrder) composed.Append(new Rune(rune));
        return composed.ToString();
    }

    private static void Decompose(int rune, List<int> parts)
    {
        var hangul = rune - HangulFirst;
        if ((uint)hangul < HangulCount)
        {
            parts.Add(LeadFirst + hangul / (VowelCount * TailCount));
            parts.Add(VowelFirst + hangul / TailCount % VowelCount);
            if (hangul % TailCount != 0) parts.Add(TailFirst + hangul % TailCount);
        }
        else if (Decompositions.TryGetValue(rune, out var pair))
        {
            Decompose(pair.First, parts); // At most four deep: the table is a tree of that height.
            if (pair.Mark != 0) Decompose(pair.Mark, parts);
        }
        else
        {
            parts.Add(rune);
        }
    }

    /// <summary>
    /// Canonical ordering: marks on one character are sorted by combining class; those of one class keep their order.
    /// </summary>
    private static List<int> InCanonicalOrder(List<int> runes)
    {
        var keys = new long[runes.Count];
        for (int i = 0, starter = 0; i < keys.Length; i++)
        {
            var combining = ClassOf(runes[i]);
            if (combining == 0) starter = i;
            keys[i] = ((long)starter << 40) | ((long)combining << 32) | (uint)i;
        }
        Array.Sort(keys);
        return [.. keys.Select(key => runes[(int)(uint)key])];
    }

    private static void Compose(List<int> runes)
    {
        int written = 0, starter = -1, lastClass = -1;
        foreach (var rune in runes.ToArray())
        {
            var combining = ClassOf(rune);
            var isFree = lastClass < combining; // No mark of the same class, and no starter, stands between.
            if (starter >= 0 && isFree && CompositionOf(runes[starter], rune) is { } composed)
            {
                runes[starter] = composed;
                continue;
            }
            (starter, lastClass) = combining == 0 ? (written, -1) : (starter, combining);
            runes[written++] = rune;
        }
        runes.RemoveRange(written, runes.Count - written);
    }

    private static int? CompositionOf(int first, int second)
    {
        var (lead, vowel) = (first - LeadFirst, second - VowelFirst);
        if ((uint)lead < LeadCount && (uint)vowel < VowelCount)
            return HangulFirst + (lead * VowelCount + vowel) * TailCount;
        var (syllable, tail) = (first - HangulFirst, second - TailFirst);
        var isOpen = (uint)syllable < HangulCount && syllable % TailCount == 0;
        if (isOpen && tail is > 0 and < TailCount) return first + tail;
        return Compositions.TryGetValue((first, second), out var composed) ? composed : null;
    }

    private static int ClassOf(int rune)
    {
        if (rune < FirstAffected) return 0;
        var ranges = CombiningClasses.Ranges;
        int low = 0, high = ranges.Length / 3 - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (rune < ranges[3 * middle]) high = middle - 1;
            else if (rune > ranges[3 * middle + 1]) low = middle + 1;
            else return ranges[3 * middle + 2];
        }
        return 0;
    }

    private static Dictionary<(int First, int Mark), int> ReadCompositions()
    {
        var compositions = new Dictionary<(int, int), int>();
        foreach (var (mark, pairs) in CompositionTable.Compositions)
        {
            var runes = pairs.EnumerateRunes().ToArray();
            for (var i = 0; i < runes.Length; i += 2) compositions.Add((runes[i].Value, mark), runes[i + 1].Value);
        }
        return compositions;
    }

    private static Dictionary<int, (int First, int Mark)> ReadDecompositions()
    {
        var parts = ReadCompositions().ToDictionary(pair => pair.Value, pair => pair.Key);
        var exclusions = CompositionTable.Exclusions.EnumerateRunes().ToArray();
        for (var i = 0; i < exclusions.Length; i += 3)
            parts.Add(exclusions[i].Value, (exclusions[i + 1].Value, exclusions[i + 2].Value));
        foreach (var (first, meant) in CompositionTable.Singletons)
        {
            var from = first;
            foreach (var rune in meant.EnumerateRunes()) parts.Add(from++, (rune.Value, 0));
        }
        return parts;
    }
}
