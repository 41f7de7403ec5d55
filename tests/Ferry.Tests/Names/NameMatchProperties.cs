using Ferry.Names;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Ferry.Tests.Names;

/// <summary>Beside each algorithm a simple model, and names of few letters so that much of them is alike.</summary>
public sealed class NameMatchProperties
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(2000);
    private static readonly Arbitrary<string> Names = Words("ab.😀é", 12);
    private static readonly Arbitrary<string> Patterns = Words("ab?*[]-!", 8);

    [Fact]
    public void A_name_fits_itself_exactly() =>
        Prop.ForAll(Names, name => name.Length == 0 || Kind(name, name) == MatchKind.Exact).Check(Often);

    [Fact]
    public void Any_strings_at_all_are_compared_without_an_exception() =>
        Prop.ForAll<string, string>((query, name) => Kind(query ?? "", name ?? "") >= MatchKind.None).Check(Often);

    [Fact]
    public void Kind_does_not_depend_on_composition() =>
        Prop.ForAll(Names, Names, (query, name) => Kind(query, name) == Kind(Apart(query), Apart(name))).Check(Often);

    [Fact]
    public void Similarity_is_the_full_table_s_when_it_reaches_the_bound() =>
        Prop.ForAll(Names, Names, (left, right) =>
        {
            var model = ModelSimilarity(left, right);
            return EditDistance.Similarity(left, right, 0.6) == (model >= 0.6 - 1e-9 ? model : 0);
        }).Check(Often);

    [Fact]
    public void Filters_drop_no_name_that_is_similar() =>
        Prop.ForAll(Words("ab.é😀", 10), Words("ab.é😀", 10), (query, name) =>
        {
            if (!query.Contains('.', StringComparison.Ordinal) || Kind(query, name) > MatchKind.Similar) return true;
            var isSimilar = ModelSimilarity(query, name) >= 0.8 - 1e-9
                && ModelSimilarity(Stem(query), Stem(name)) >= 2.0 / 3 - 1e-9;
            return Kind(query, name) == MatchKind.Similar == isSimilar || query.Length == 0;
        }).Check(Often);

    [Fact]
    public void Glob_is_what_trying_everything_finds() =>
        Prop.ForAll(Patterns, Words("ab]-", 8), (pattern, name) =>
            Glob.Parse(pattern) is not { } glob || glob.Matches(name) == ModelGlob(pattern, name)).Check(Often);

    private static MatchKind Kind(string query, string name) => new NameQuery(query).Score(new OfferedName(name)).Kind;

    private static string Apart(string text) => text.Replace("é", "e\u0301", StringComparison.Ordinal);

    private static string Stem(string name) => name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : name;

    private static Arbitrary<string> Words(string letters, int lengthMax)
    {
        var runes = letters.EnumerateRunes().Select(rune => rune.ToString()).ToArray();
        return Gen.Choose(0, lengthMax).SelectMany(length => Gen.Elements(runes).ArrayOf(length))
            .Select(string.Concat).ToArbitrary();
    }

    private static double ModelSimilarity(string left, string right)
    {
        var (a, b) = (left.EnumerateRunes().ToArray(), right.EnumerateRunes().ToArray());
        if (a.Length + b.Length == 0) return 1;
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }
                var kept = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, kept);
                var isSwap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                if (isSwap) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return 1 - (double)d[a.Length, b.Length] / Math.Max(a.Length, b.Length);
    }

    private static bool ModelGlob(string pattern, string name)
    {
        if (pattern.Length == 0) return name.Length == 0;
        if (pattern[0] == '*')
            return ModelGlob(pattern[1..], name) || (name.Length > 0 && ModelGlob(pattern, name[1..]));
        if (name.Length == 0) return false;
        if (pattern[0] == '?') return ModelGlob(pattern[1..], name[1..]);
        var first = pattern.StartsWith("[!", StringComparison.Ordinal) ? 2 : 1;
        var close = pattern[0] == '[' && first < pattern.Length ? pattern.IndexOf(']', first + 1) : -1;
        if (close < 0) return pattern[0] == name[0] && ModelGlob(pattern[1..], name[1..]);
        return SetHas(pattern[first..close], name[0]) == (first == 1) && ModelGlob(pattern[(close + 1)..], name[1..]);
    }

    private static bool SetHas(string set, char wanted)
    {
        if (set.Length == 0) return false;
        var isRange = set.Length > 2 && set[1] == '-';
        if (isRange) return (wanted >= set[0] && wanted <= set[2]) || SetHas(set[3..], wanted);
        return wanted == set[0] || SetHas(set[1..], wanted);
    }
}
