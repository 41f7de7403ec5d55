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
        Fill(now);
        if (_tokens < 1) return false;
        _tokens--;
        return true;
    }

    /// <summary>Takes so many, and owes what is not there: things of any size pass, one at a time.</summary>
    public void Take(Instant now, double count)
    {
        Fill(now);
        _tokens -= count;
    }

    /// <summary>How long it still owes something; null when it does not.</summary>
    public TimeSpan? Owes(Instant now)
    {
        Fill(now);
        return _tokens < 0 ? TimeSpan.FromSeconds(-_tokens / size.PerSecond) : null;
    }

    private void Fill(Instant now)
    {
        _tokens = Math.Min(size.Burst, _tokens + (now - _filledAt).TotalSeconds * size.PerSecond);
        _filledAt = now;
    }
}
