namespace Ferry.Protocol.Content;

/// <summary>From a first byte to behind the last one.</summary>
public readonly record struct ByteSpan(int Start, int End)
{
    public static ByteSpan Of(int offset, int count) => new(offset, offset + count);

    public bool Overlaps(ByteSpan other) => Start < other.End && other.Start < End;

    public bool Contains(ByteSpan other) => Start <= other.Start && other.End <= End;
}

/// <summary>
/// The bytes of a chunk that have come, as spans in order. Several paths bring pieces in any order, and a repeated
/// request brings some twice, so a sum would not tell.
/// </summary>
public sealed class ByteSpans
{
    /// <summary>A holder that sends in order needs one, and a hostile one gets no more memory.</summary>
    public const int CountMax = 1024;

    private readonly List<ByteSpan> _spans = new(1);

    public IReadOnlyList<ByteSpan> All => _spans;

    public bool Contains(ByteSpan span) => _spans.Exists(other => other.Contains(span));

    public bool Overlaps(ByteSpan span) => _spans.Exists(span.Overlaps);

    public bool IsWhole(int length) => _spans is [(0, var end)] && end >= length;

    /// <summary>Merges the span with those that it touches. One too many is not kept.</summary>
    public void Add(ByteSpan span)
    {
        var first = _spans.FindIndex(other => other.End >= span.Start);
        if (first < 0) first = _spans.Count;
        var behind = first;
        for (; behind < _spans.Count && _spans[behind].Start <= span.End; behind++)
            span = new ByteSpan(Math.Min(span.Start, _spans[behind].Start), Math.Max(span.End, _spans[behind].End));
        if (behind == first && _spans.Count >= CountMax) return;
        _spans.RemoveRange(first, behind - first);
        _spans.Insert(first, span);
    }
}
