using System.Numerics;
using Ferry.Protocol.Wire;

namespace Ferry.Names;

/// <summary>
/// What a user typed, prepared to be matched against many names. A query without <c>/</c> is about file names, one with
/// it about relative paths; a substring is looked for in the whole path either way, so that a folder's name finds its
/// files.
///
/// An extension is shared by thousands of names and says little. Hence two rules for typos: a query without extension
/// is compared with the name less its extension too, and whatever is compared, the part before the extension must by
/// itself be two thirds alike (so <c>cat.txt</c> may be a typo of <c>car.txt</c>, but <c>a.txt</c> is none of
/// <c>b.txt</c>).
/// </summary>
public sealed class NameQuery
{
    /// <summary>The threshold at which a typo finds the file and an unrelated name does not.</summary>
    public const double SimilarityMin = 0.8;
    private const double StemSimilarityMin = 2.0 / 3;

    private readonly OfferedName _query;
    private readonly Glob? _glob;
    private readonly bool _isPath;
    private readonly bool _hasExtension;
    private readonly bool _isEmpty;

    /// <param name="text">Is brought into form C; one longer than a File Search can carry matches nothing.</param>
    public NameQuery(string text)
    {
        _isEmpty = text.Length is 0 or > WireLimits.QueryBytesMax;
        _query = new OfferedName(_isEmpty ? "" : text);
        _glob = Glob.Parse(_query.Folded);
        _isPath = _query.FileStart > 0;
        _hasExtension = OfferedName.StemOf(_query.FoldedFile).Length < _query.FoldedFile.Length;
    }

    /// <summary>The best kind that fits.</summary>
    public NameScore Score(OfferedName name)
    {
        var score = ScoreAsTyped(name);
        if (score.Kind != MatchKind.None || _isEmpty) return score;
        var similarity = SimilarityOf(name, _isPath ? name.Folded : name.FoldedFile);
        return similarity > 0 ? new NameScore(MatchKind.Similar, similarity) : NameScore.None;
    }

    /// <summary>The same without typos: <see cref="MatchKind.Substring"/> or better.</summary>
    public NameScore ScoreAsTyped(OfferedName name)
    {
        if (_isEmpty) return NameScore.None;
        var composed = _isPath ? name.Composed : name.ComposedFile;
        var folded = _isPath ? name.Folded : name.FoldedFile;
        if (composed.SequenceEqual(_query.Composed)) return new NameScore(MatchKind.Exact, 1);
        if (folded.SequenceEqual(_query.Folded)) return new NameScore(MatchKind.IgnoreCase, 1);
        if (_glob is not null && _glob.Matches(folded)) return new NameScore(MatchKind.Glob, 1);
        var isPart = name.Folded.Contains(_query.Folded, StringComparison.Ordinal);
        return isPart ? new NameScore(MatchKind.Substring, PartScore(folded)) : NameScore.None;
    }

    /// <summary>Whether the digits of a name that is like the query are the query's: a number is no typo.</summary>
    public bool HasNumbersOf(OfferedName name)
    {
        var own = _isPath ? _query.Folded : _query.FoldedFile;
        var other = _isPath ? name.Folded : name.FoldedFile;
        var wanted = DigitsOf(own);
        return wanted == DigitsOf(other) || (!_hasExtension && wanted == DigitsOf(OfferedName.StemOf(other)));
    }

    /// <summary>Whether the query is part of the name only so that it begins or ends inside a number.</summary>
    public bool CutsNumber(OfferedName name)
    {
        var (part, whole) = (_query.Folded, name.Folded);
        for (var at = 0; (at = whole.IndexOf(part, at, StringComparison.Ordinal)) >= 0; at++)
        {
            var end = at + part.Length;
            var cutsFirst = at > 0 && char.IsDigit(part[0]) && char.IsDigit(whole[at - 1]);
            var cutsLast = end < whole.Length && char.IsDigit(part[^1]) && char.IsDigit(whole[end]);
            if (!cutsFirst && !cutsLast) return false;
        }
        return true;
    }

    private static string DigitsOf(ReadOnlySpan<char> name) => string.Concat(name.ToString().Where(char.IsDigit));

    /// <summary>1 when only the extension is missing, else by how much of the name the query covers.</summary>
    private double PartScore(ReadOnlySpan<char> folded)
    {
        var isStem = !_hasExtension && folded.StartsWith(_query.Folded)
            && OfferedName.StemOf(FileOf(folded)).SequenceEqual(_query.FoldedFile);
        return isStem ? 1 : Math.Min(0.99, (double)_query.Folded.Length / (folded.Length + 1));
    }

    private double SimilarityOf(OfferedName name, ReadOnlySpan<char> folded)
    {
        var stem = OfferedName.StemOf(name.FoldedFile);
        var whole = Alike(folded, name.Letters);
        if (whole > 0 && _hasExtension)
        {
            var queryStem = OfferedName.StemOf(_query.FoldedFile);
            if (EditDistance.Similarity(queryStem, stem, StemSimilarityMin) <= 0) whole = 0;
        }
        if (_hasExtension || stem.Length == name.FoldedFile.Length) return whole;
        return Math.Max(whole, Alike(folded[..^(name.FoldedFile.Length - stem.Length)], name.Letters));
    }

    /// <summary>
    /// A filter by length, and by letters of the query that the name lacks (each edit accounts for one such letter at
    /// most), excludes most names before the edit distance is computed.
    /// </summary>
    private double Alike(ReadOnlySpan<char> folded, ulong letters)
    {
        var allowed = EditDistance.Allowed(Math.Max(_query.Folded.Length, folded.Length), SimilarityMin);
        // In UTF-16 units a rune counts for up to two, hence the factor: the filter must not drop what is alike.
        if (Math.Abs(_query.Folded.Length - folded.Length) > 2 * allowed) return 0;
        if (BitOperations.PopCount(_query.Letters & ~letters) > allowed) return 0;
        return EditDistance.Similarity(_query.Folded, folded, SimilarityMin);
    }

    private static ReadOnlySpan<char> FileOf(ReadOnlySpan<char> path) => path[(path.LastIndexOf('/') + 1)..];
}
