namespace Ferry.Storage.Shares;

/// <summary>
/// The order in which the index has its paths: by their bytes in UTF-8. A walk that goes through the disk in the same
/// order can be compared with the index row by row, with neither of them in memory.
/// </summary>
internal sealed class PathOrder : IComparer<string>
{
    internal static readonly PathOrder Instance = new();

    private PathOrder() { }

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> one = x, other = y;
        var common = one.CommonPrefixLength(other);
        if (common == one.Length || common == other.Length) return one.Length.CompareTo(other.Length);
        var (left, right) = (one[common], other[common]);
        // What UTF-16 writes as two surrogates is longer in UTF-8, and comes after all that it writes as one unit.
        var isPair = char.IsSurrogate(left);
        if (isPair != char.IsSurrogate(right)) return isPair ? 1 : -1;
        return left.CompareTo(right);
    }
}
