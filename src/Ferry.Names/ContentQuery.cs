using Ferry.Protocol.Content;

namespace Ferry.Names;

/// <summary>What a user typed to say which content is meant: a name, or a content id, which is exact for its content.
/// </summary>
public sealed class ContentQuery(string text)
{
    private readonly NameQuery _names = new(text);

    /// <summary>Null when a name was typed.</summary>
    public ContentId? Content { get; } = ContentId.TryParse(text.AsSpan().Trim(), out var id) ? id : null;

    /// <summary>Null when the name does not fit.</summary>
    public RankedContent? Rank(ContentId content, string name)
    {
        var score = content == Content ? new NameScore(MatchKind.Exact, 1) : _names.Score(new OfferedName(name));
        return score.Kind == MatchKind.None ? null : new RankedContent(content, name, score);
    }
}
