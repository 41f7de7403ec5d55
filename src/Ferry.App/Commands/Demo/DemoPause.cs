namespace Ferry.App.Commands.Demo;

/// <summary>
/// For how long no data came after a relay was killed. What was in flight behind the relay still arrives for a moment,
/// so only data that comes later than that counts.
/// </summary>
internal sealed class DemoPause(long bytesAtDeath, double secondsAtDeath)
{
    private const double AfterflowSeconds = 0.3;

    private readonly double _countsFrom = secondsAtDeath + AfterflowSeconds;
    private long _bytes = bytesAtDeath;
    private double _lastData = secondsAtDeath;
    private double _longest;

    /// <summary>The longest pause, once data flows again; null before.</summary>
    public double? OnProgress(long bytes, double seconds)
    {
        if (bytes <= _bytes) return null;
        _longest = Math.Max(_longest, seconds - _lastData);
        _bytes = bytes;
        _lastData = seconds;
        return seconds >= _countsFrom ? _longest : null;
    }
}
