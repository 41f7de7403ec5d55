using Ferry.Protocol.Content;

namespace Ferry.Names;

/// <summary>A content under one of the names that somebody offers it by.</summary>
public readonly record struct NamedContent(ContentId Content, string Name);

/// <param name="Name">The name that fits best.</param>
public readonly record struct RankedContent(ContentId Content, string Name, NameScore Score)
    : IComparable<RankedContent>
{
    /// <summary>The better one comes first: by kind, score, shorter name, ordinal, content.</summary>
    public int CompareTo(RankedContent other)
    {
        var order = other.Score.CompareTo(Score);
        if (order == 0) order = Name.Length.CompareTo(other.Name.Length);
        if (order == 0) order = string.CompareOrdinal(Name, other.Name);
        return order != 0 ? order : Content.CompareTo(other.Content);
    }
}

public abstract record NameChoice
{
    private NameChoice() { }

    public sealed record Nothing : NameChoice
    {
        public static readonly Nothing Instance = new();
        private Nothing() { }
    }

    public sealed record One(RankedContent Content) : NameChoice;

    /// <summary>Equally good; the user picks.</summary>
    /// <param name="Contents">At least two different ones, in order.</param>
    public sealed record Several(IReadOnlyList<RankedContent> Contents) : NameChoice;

    /// <summary>
    /// Nobody has what was asked for, but something like it: nothing of this is taken without the user's word.
    /// </summary>
    /// <param name="Contents">At least one, in order.</param>
    /// <param name="Best">What a user means who takes the best unseen; null when the numbers of all differ.</param>
    public sealed record Near(IReadOnlyList<RankedContent> Contents, RankedContent? Best) : NameChoice;
}
