namespace Ferry.Protocol.Values;

/// <summary>How many things at once, and in the long run.</summary>
internal readonly record struct BucketSize(double Burst, double PerSecond);

/// <summary>Lets as many things through as its size says.</summary>
internal sealed class TokenBucket(BucketSize size)
{
    private double _tokens = size.Burst;
    private Instant _filledAt;

    public bool TryTake(Instant now)
    {
        _tokens = Math.Min(size.Burst, _tokens + (now - _filledAt).TotalSeconds * size.PerSecond);
        _filledAt = now;
        if (_tokens < 1) return false;
        _tokens--;
        return true;
    }
}
