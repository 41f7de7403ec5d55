using Ferry.Protocol.Values;

namespace Ferry.Protocol.Content;

/// <summary>
/// Names immutable bytes by their hash: the root over the leaves, the size and the chunk size, as
/// <see cref="Manifest"/> makes it.
/// </summary>
public readonly record struct ContentId(Bytes32 Hash) : IComparable<ContentId>
{
    public int CompareTo(ContentId other) => Hash.CompareTo(other.Hash);
    public override int GetHashCode() => Hash.GetHashCode();
    public override string ToString() => Hash.ToString();

    /// <summary>For people.</summary>
    public string Short => Hash.Short;

    public static bool TryParse(ReadOnlySpan<char> text, out ContentId id)
    {
        var parsed = Bytes32.TryParse(text, out var hash);
        id = new ContentId(hash);
        return parsed;
    }
}
