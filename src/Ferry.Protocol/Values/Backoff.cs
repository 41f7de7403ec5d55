using Ferry.Protocol.Values;

namespace Ferry.Protocol.Values;

/// <summary>
/// Exponential backoff: waits <paramref name="First"/>, and twice as long after each failure in a row, up to
/// <paramref name="Max"/>. A value without state: the caller counts its failures, and jitters the wait where nodes must
/// not act in step (<see cref="SeededRandom.Jitter"/>).
/// </summary>
public readonly record struct Backoff(TimeSpan First, TimeSpan Max)
{
    /// <summary>How long to wait when so many waits have been in vain before.</summary>
    public TimeSpan After(int failures)
    {
        var doublings = Math.Clamp(failures, 0, 62);
        return First.Ticks > Max.Ticks >> doublings ? Max : new TimeSpan(First.Ticks << doublings);
    }
}
