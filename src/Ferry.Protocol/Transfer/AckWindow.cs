using Ferry.Protocol.Values;

namespace Ferry.Protocol.Transfer;

/// <summary>
/// How much of a lane may be in flight: three seconds of its rate, at least two chunks, at most a share of the memory
/// of the whole download. The rate is what arrives; a window of three seconds lets it treble at each measurement, so a
/// fast path is filled after a few round trips, and on a slow one a crash makes little be sent twice.
/// </summary>
internal sealed class AckWindow(int chunkBytes, long expectedRate)
{
    /// <summary>Of one download, all lanes together: what may wait in memory for hash and disk.</summary>
    public const long DownloadBytesMax = 32L * 1024 * 1024;
    public const long FirstBytesMax = 4L * 1024 * 1024;
    private const double Seconds = 3;
    private static readonly TimeSpan MeasureOver = TimeSpan.FromMilliseconds(200);

    private Instant _since;
    private long _received;

    /// <summary>Bytes per second; 0 until measured.</summary>
    public double Rate { get; private set; }

    public long Bytes(int lanes)
    {
        var most = Math.Max(2L * chunkBytes, DownloadBytesMax / Math.Max(1, lanes));
        var wanted = Rate > 0 ? Rate * Seconds : Math.Min(expectedRate * Seconds, FirstBytesMax);
        return (long)Math.Clamp(wanted, 2L * chunkBytes, most);
    }

    public void OnReceived(Instant now, int bytes)
    {
        _received += bytes;
        var span = now - _since;
        if (span < MeasureOver) return;
        // A pause (nothing was asked for) is not a slow path: only spans in which something kept coming count.
        var rate = _received / span.TotalSeconds;
        if (span < MeasureOver * 5) Rate = Rate == 0 ? rate : Rate * 0.6 + rate * 0.4;
        _since = now;
        _received = 0;
    }
}
