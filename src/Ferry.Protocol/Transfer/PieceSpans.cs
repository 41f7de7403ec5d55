namespace Ferry.Protocol.Transfer;

/// <summary>
/// The bytes of one chunk that have come in one session, as spans in order. Several paths bring pieces in any order,
/// and a repeated request brings some twice, so a sum would not tell.
/// </summary>
internal sealed class PieceSpans
{
    /// <summary>As many as storage keeps: a holder that sends in order needs one.</summary>
    private const int SpansMax = 1024;

    private readonly List<(int Start, int End)> _spans = new(1);

    public bool IsWhole(int length) => _spans is [(0, var end)] && end >= length;

    public void Add(int offset, int count)
    {
        var (start, end) = (offset, offset + count);
        var first = _spans.FindIndex(span => span.End >= start);
        if (first < 0) first = _spans.Count;
        var behind = first;
        for (; behind < _spans.Count && _spans[behind].Start <= end; behind++)
            (start, end) = (Math.Min(start, _spans[behind].Start), Math.Max(end, _spans[behind].End));
        if (behind == first && _spans.Count >= SpansMax) return;
        _spans.RemoveRange(first, behind - first);
        _spans.Insert(first, (start, end));
    }
}
