namespace Ferry.Runtime;

/// <summary>
/// How fast a link is, by how fast its queue empties. Only time in which something waited counts, or an idle link would
/// look slow; and only spans that are long enough, for a short burst ends in the kernel's buffer, which is fast on any
/// link. A queue that is empty for a moment, until the loop hands in the next piece, does not end a span: then the
/// figure is what the link carried, which it can carry at least.
/// </summary>
internal sealed class RateMeter(TimeProvider time)
{
    private static readonly TimeSpan SpanMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan GapMax = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);

    private long _lastReport = time.GetTimestamp();
    private long _spanStart = time.GetTimestamp();
    private long _spanBytes;
    private long? _idleSince = time.GetTimestamp();
    private long _bytes;
    private TimeSpan _busyTime;

    /// <summary>Something is about to be written.</summary>
    public void Busy()
    {
        if (_idleSince is not { } idleSince) return;
        if (time.GetElapsedTime(idleSince) > GapMax)
        {
            AddSpan(idleSince);
            _spanStart = time.GetTimestamp();
            _spanBytes = 0;
        }

        _idleSince = null;
    }

    public void Wrote(int bytes) => _spanBytes += bytes;

    /// <summary>Nothing waits any more.</summary>
    public void Idle() => _idleSince ??= time.GetTimestamp();

    /// <summary>
    /// Bytes per second since the last report, at most once a second; null when there is nothing to tell.
    /// </summary>
    public long? Report()
    {
        if (time.GetElapsedTime(_lastReport) < ReportInterval) return null;
        AddSpan(_idleSince ?? time.GetTimestamp());
        if (_bytes == 0) return null;
        var rate = (long)(_bytes / _busyTime.TotalSeconds);
        _bytes = 0;
        _busyTime = TimeSpan.Zero;
        _lastReport = time.GetTimestamp();
        return rate;
    }

    /// <summary>Counts the span up to its end if it is long enough; it then goes on from there.</summary>
    private void AddSpan(long end)
    {
        var length = time.GetElapsedTime(_spanStart, end);
        if (length < SpanMin) return;
        _bytes += _spanBytes;
        _busyTime += length;
        _spanStart = end;
        _spanBytes = 0;
    }
}
