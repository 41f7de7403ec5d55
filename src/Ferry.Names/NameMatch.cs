using Ferry.Protocol.Content;

namespace Ferry.Names;

/// <summary>
/// Which of many contents did the user mean? Names are labels: one content may have several, and one name may be that
/// of several contents. Each content is judged by its best name, and only the best kind that occurs is considered: an
/// exact match makes similar names irrelevant. Among contents of the best kind:
///
/// <list type="bullet">
/// <item><b>Exact, IgnoreCase</b>: one content is the answer; two are never told apart for the user, whatever the
/// folder either lies in.</item>
/// <item><b>Glob</b>: a pattern names a set. One member is the answer; with several the user picks.</item>
/// <item><b>Substring</b>: a query that lacks only the extension ("song" for song.flac) beats a mere part of a name
/// (songbook.pdf); apart from that all parts of names are equal, however short the name. A part that ends inside a
/// number ("1.txt" in 21.txt) is only near.</item>
/// <item><b>Similar</b>: near, never the answer by itself: the user may have meant a file that is not there now. Fewer
/// typos come first. A name with other numbers (report-10 for report-11) is another file and no typo, so it is not even
/// what a user means who takes the best unseen.</item>
/// </list>
///
/// A content id typed in place of a name is exact for its content.
/// </summary>
public static class NameMatch
{
    /// <summary>
    /// The contents that fit, each once with its best name, best first; the order is the same everywhere.
    /// </summary>
    public static IReadOnlyList<RankedContent> Rank(string query, IEnumerable<NamedContent> candidates)
    {
        var wanted = new ContentQuery(query);
        return BestOfEach(candidates.Select(named => wanted.Rank(named.Content, named.Name)).OfType<RankedContent>());
    }

    /// <inheritdoc cref="Rank"/>
    /// <param name="ranked">In any order.</param>
    public static IReadOnlyList<RankedContent> BestOfEach(IEnumerable<RankedContent> ranked) =>
        [.. ranked.Order().DistinctBy(content => content.Content)];

    /// <param name="ranked">As <see cref="Rank"/> returns it for this query.</param>
    public static NameChoice Choose(string query, IReadOnlyList<RankedContent> ranked)
    {
        if (ranked.Count == 0) return NameChoice.Nothing.Instance;
        var names = new NameQuery(query);
        var asGood = ranked.Where(content => IsAsGood(content.Score, ranked[0].Score)).ToList();
        switch (ranked[0].Score.Kind)
        {
            case MatchKind.Similar:
                var near = ranked.Where(content => names.HasNumbersOf(new OfferedName(content.Name)));
                return new NameChoice.Near(ranked, near.Cast<RankedContent?>().FirstOrDefault());
            case MatchKind.Substring when asGood.TrueForAll(content => names.CutsNumber(new OfferedName(content.Name))):
                return new NameChoice.Near(asGood, asGood[0]);
            case MatchKind.Substring:
                asGood.RemoveAll(content => names.CutsNumber(new OfferedName(content.Name)));
                break;
        }
        return asGood.Count == 1 ? new NameChoice.One(asGood[0]) : new NameChoice.Several(asGood);
    }

    private static bool IsAsGood(NameScore score, NameScore best)
    {
        if (score.Kind != best.Kind) return false;
        return score.Kind switch
        {
            MatchKind.Substring => best.Score < 1 || score.Score >= 1,
            _ => true,
        };
    }
}
