using Ferry.Protocol.Values;

namespace Ferry.Protocol.Transfer;

/// <summary>How fast a requester ACKs, for people to see: over a second or more, and nothing when it has fallen silent.
/// </summary>
internal sealed class AckedRate
{
    private static readonly TimeSpan Over = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private Instant _since;
    private long _bytes;
    private double _rate;

    public void OnAcked(Instant now, long bytes)
    {
        _bytes += bytes;
        var span = now - _since;
        if (span < Over) return;
        // The first ACK after a silence says nothing about the rate.
        _rate = span < Silence ? _bytes / span.TotalSeconds : 0;
        (_since, _bytes) = (now, 0);
    }

    /// <summary>Bytes per second.</summary>
    public double At(Instant now) => now - _since < Silence ? _rate : 0;
}
