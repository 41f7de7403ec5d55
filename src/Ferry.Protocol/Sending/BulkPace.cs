using Ferry.Protocol.Values;

namespace Ferry.Protocol.Sending;

// A control message overtakes the bulk that waits in our queue, but not what the system, or a queue somewhere on the
// way, has taken already. So a link is given bulk no faster than it delivers: it may have on its way what fills it (the
// rate times the shortest round trip) and a short queue, so that it never runs dry. The system's own account of what
// has been acknowledged tells how fast it delivers, whatever buffers do.
//
// The rate is the highest of the last periods in which something was delivered: the measurements of a link that we hold
// back ourselves tell the least that it can carry. As more is given than the measured rate fills, a link that has
// become faster shows it, and is given more; a link with no queue at all, neither at this end nor (as the round trip
// tells) on the way, is given twice as much, which is how a long way is filled within a few round trips.

/// <summary>How much bulk a link is given at a time, and when.</summary>
public sealed class BulkPace(Instant start)
{
    private const int WriteBytesMin = 1024;
    private const int FirstWriteBytes = 4 * 1024;

    /// <summary>Before anything is known: about what TCP itself begins with.</summary>
    private const int FirstBytes = 16 * 1024;
    private const int AllowedBytesMin = 4 * 1024;

    /// <summary>Periods are long enough to be exact: so many bytes, within these bounds of time.</summary>
    private const int PeriodBytes = 16 * 1024;
    private const int PeriodsKept = 8;
    private static readonly TimeSpan PeriodMin = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan PeriodMax = TimeSpan.FromMilliseconds(500);

    /// <summary>Who comes back after this has been idle: that was no measurement.</summary>
    private static readonly TimeSpan IdleAfter = TimeSpan.FromMilliseconds(100);

    /// <summary>What a control message waits for at most on this end's account.</summary>
    private static readonly TimeSpan QueueTime = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan WriteTime = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan WaitMin = TimeSpan.FromMilliseconds(1);

    private readonly double[] _rates = new double[PeriodsKept];
    private int _next;
    private Instant _periodStart = start;
    private long _periodDelivered;
    private Instant _lastLook = start;
    private int _segmentBytes = 1;

    /// <summary>Bytes per second; 0 until measured.</summary>
    private double Rate { get; set; }

    /// <summary>
    /// Bytes to hand over at a time: a moment of the link's rate, in whole packets where they are known, because the
    /// rest of a packet travels as one of its own.
    /// </summary>
    public int WriteBytes
    {
        get
        {
            if (Rate == 0) return FirstWriteBytes / _segmentBytes * _segmentBytes;
            var bytes = (int)Math.Clamp(Rate * WriteTime.TotalSeconds, WriteBytesMin, 1 << 24);
            return Math.Max(1, bytes / _segmentBytes) * _segmentBytes;
        }
    }

    /// <summary>How long bulk has to wait before more of it may be written; null when it may be now.</summary>
    /// <param name="delivered">Bytes that the link has delivered so far.</param>
    public TimeSpan? Look(Instant now, SendBacklog? known, long delivered)
    {
        Measure(now, delivered);
        // Where the system does not tell, its buffer is what holds us back.
        if (known is not { } backlog) return null;
        _segmentBytes = Math.Clamp(backlog.SegmentBytes, 1, FirstWriteBytes);
        var excess = backlog.Bytes - Allowed(backlog);
        if (excess < 0) return null;
        // Until there is well room again, not just, or a fast link would be looked at all the time.
        var wait = TimeSpan.FromSeconds(Rate == 0 ? 0 : (excess + WriteBytes / 2) / Rate);
        return wait < WaitMin ? WaitMin : wait > WriteTime ? WriteTime : wait;
    }

    private double Allowed(SendBacklog backlog)
    {
        if (Rate == 0) return FirstBytes;
        var allowed = Rate * (backlog.RoundTripMin + QueueTime).TotalSeconds;
        var isEmpty = backlog.UnsentBytes < _segmentBytes && backlog.RoundTrip < backlog.RoundTripMin + QueueTime / 2;
        return Math.Max(AllowedBytesMin, isEmpty ? allowed * 2 : allowed);
    }

    private void Measure(Instant now, long delivered)
    {
        var wasIdle = now - _lastLook > IdleAfter;
        _lastLook = now;
        var length = now - _periodStart;
        var bytes = delivered - _periodDelivered;
        if (!wasIdle)
        {
            if (length < PeriodMin || (bytes < PeriodBytes && length < PeriodMax) || bytes == 0) return;
            _rates[_next] = bytes / length.TotalSeconds;
            _next = (_next + 1) % PeriodsKept;
            Rate = _rates.Max();
        }

        _periodStart = now;
        _periodDelivered = delivered;
    }
}
