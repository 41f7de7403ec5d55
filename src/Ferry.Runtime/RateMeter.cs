namespace Ferry.Runtime;

/// <summary>
/// How fast a link is, by how fast it delivers while something waits for it. Only time in which something waited
/// counts, or an idle link would look slow; and only spans that are long enough, for a short burst may end in a buffer,
/// which is fast on any link. A queue that is empty for a moment, until the loop hands in the next piece, does not end
/// a span: then the figure is what the link carried, which it can carry at least.
/// </summary>
/// <remarks>All methods take how many bytes the link has delivered so far.</remarks>
internal sealed class RateMeter(TimeProvider time)
{
    private static readonly TimeSpan SpanMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan GapMax = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);

    private long _lastReport = time.GetTimestamp();
    private Mark _start = new(time.GetTimestamp(), 0);
    private Mark? _idleSince = new(time.GetTimestamp(), 0);
    private long _bytes;
    private TimeSpan _busyTime;

    /// <summary>Something is about to be written.</summary>
    public void Busy(long delivered)
    {
        if (_idleSince is not { } idleSince) return;
        if (time.GetElapsedTime(idleSince.At) > GapMax)
        {
            AddSpan(idleSince);
            _start = Now(delivered);
        }

        _idleSince = null;
    }

    /// <summary>Nothing waits any more.</summary>
    public void Idle(long delivered) => _idleSince ??= Now(delivered);

    /// <summary>
    /// Bytes per second since the last report, at most once a second; null when there is nothing to tell.
    /// </summary>
    public long? Report(long delivered)
    {
        if (time.GetElapsedTime(_lastReport) < ReportInterval) return null;
        AddSpan(_idleSince ?? Now(delivered));
        if (_bytes == 0) return null;
        var rate = (long)(_bytes / _busyTime.TotalSeconds);
        _bytes = 0;
        _busyTime = TimeSpan.Zero;
        _lastReport = time.GetTimestamp();
        return rate;
    }

    /// <summary>Counts the span up to its end if it is long enough; it then goes on from there.</summary>
    private void AddSpan(Mark end)
    {
        var length = time.GetElapsedTime(_start.At, end.At);
        if (length < SpanMin) return;
        _bytes += end.Delivered - _start.Delivered;
        _busyTime += length;
        _start = end;
    }

    private Mark Now(long delivered) => new(time.GetTimestamp(), delivered);

    private readonly record struct Mark(long At, long Delivered);
}
