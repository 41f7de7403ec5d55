using Ferry.Protocol.Values;

namespace Ferry.Protocol.Sending;

/// <summary>
/// Measures the rate of a link: bytes delivered per second while the link was busy. Idle time does not count, or an
/// idle link would look slow; nor do short spans, for a short burst may end in a buffer, which is fast on any link. A
/// queue that is empty for a moment, until the loop hands in the next piece, does not end a span: the result is then a
/// lower bound.
/// </summary>
/// <remarks>All methods take how many bytes the link has delivered so far.</remarks>
internal sealed class RateMeter(Instant start)
{
    private static readonly TimeSpan SpanMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan GapMax = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);

    private Instant _lastReport = start;
    private Mark _start = new(start, 0);
    private Mark? _idleSince = new(start, 0);
    private long _bytes;
    private TimeSpan _busyTime;

    /// <summary>The link becomes busy: a message is about to be written.</summary>
    public void Busy(Instant now, long delivered)
    {
        if (_idleSince is not { } idleSince) return;
        if (now - idleSince.At > GapMax)
        {
            AddSpan(idleSince);
            _start = new Mark(now, delivered);
        }

        _idleSince = null;
    }

    /// <summary>The link becomes idle: its queue is empty.</summary>
    public void Idle(Instant now, long delivered) => _idleSince ??= new Mark(now, delivered);

    /// <summary>
    /// Bytes per second since the last report, at most once a second; null when there is nothing to tell.
    /// </summary>
    public long? Report(Instant now, long delivered)
    {
        if (now - _lastReport < ReportInterval) return null;
        AddSpan(_idleSince ?? new Mark(now, delivered));
        if (_bytes == 0) return null;
        var rate = (long)(_bytes / _busyTime.TotalSeconds);
        _bytes = 0;
        _busyTime = TimeSpan.Zero;
        _lastReport = now;
        return rate;
    }

    /// <summary>Counts the span up to its end if it is long enough; it then goes on from there.</summary>
    private void AddSpan(Mark end)
    {
        var length = end.At - _start.At;
        if (length < SpanMin) return;
        _bytes += end.Delivered - _start.Delivered;
        _busyTime += length;
        _start = end;
    }

    private readonly record struct Mark(Instant At, long Delivered);
}
