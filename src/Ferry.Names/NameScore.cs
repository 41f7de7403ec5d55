namespace Ferry.Names;

/// <param name="Score">0 to 1, comparable within one kind.</param>
public readonly record struct NameScore(MatchKind Kind, double Score) : IComparable<NameScore>
{
    public static readonly NameScore None;

    /// <summary>The better one is the greater one.</summary>
    public int CompareTo(NameScore other) =>
        Kind != other.Kind ? Kind.CompareTo(other.Kind) : Score.CompareTo(other.Score);
}
