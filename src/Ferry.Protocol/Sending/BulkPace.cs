using Ferry.Protocol.Values;

namespace Ferry.Protocol.Sending;

// A control message overtakes the bulk in our own queue, but not what the kernel or a queue on the path holds already
// (bufferbloat). So a link is given bulk no faster than it delivers: the bytes in flight may be its bandwidth-delay
// product (the rate times the shortest round trip) and a short queue, so that it never runs dry. The kernel's count of
// acknowledged bytes gives the rate of delivery, whatever buffers do. This is the idea of BBR (Cardwell et al., 2016),
// above TCP.
//
// The rate is the highest of the last periods in which bytes were delivered, because a measurement of a link that this
// pacing holds back is only a lower bound. Slightly more than the measured rate is given, so a link that has become
// faster shows it; a link with no queue at all, neither at this end nor (as the round trip shows) on the path, is given
// twice as much, which fills a long path within a few round trips.

/// <summary>Paces bulk: how much a link is given at a time, and when.</summary>
internal sealed class BulkPace(Instant start)
{
    private const int WriteBytesMin = 1024;
    private const int FirstWriteBytes = 4 * 1024;

    /// <summary>Before any measurement: about TCP's own initial window.</summary>
    private const int FirstBytes = 16 * 1024;
    private const int AllowedBytesMin = 4 * 1024;

    /// <summary>
    /// A period ends after this many bytes, within the bounds of time below: long enough for an exact rate.
    /// </summary>
    private const int PeriodBytes = 16 * 1024;
    private const int PeriodsKept = 8;
    private static readonly TimeSpan PeriodMin = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan PeriodMax = TimeSpan.FromMilliseconds(500);

    /// <summary>A gap longer than this is idle time and belongs to no measurement.</summary>
    private static readonly TimeSpan IdleAfter = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a control message waits at most behind what this end has queued in the kernel.</summary>
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
    /// Bytes to write at a time: a few milliseconds of the link's rate, in whole packets where their size is known,
    /// because a partial packet travels as a packet of its own.
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
        // Without the kernel's account its send buffer is the only limit.
        if (known is not { } backlog) return null;
        _segmentBytes = Math.Clamp(backlog.SegmentBytes, 1, FirstWriteBytes);
        var excess = backlog.Bytes - Allowed(backlog);
        if (excess < 0) return null;
        // Waits until there is room for half a write, not for a byte, or a fast link would wake this task all the time.
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
