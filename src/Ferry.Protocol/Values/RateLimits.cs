namespace Ferry.Protocol.Values;

/// <summary>
/// What a user allows in one direction, as token buckets: one for each rule, and a piece counts in all that fit it. A
/// bucket may owe, so that pieces of any size pass at the rate of the rule in the long run.
/// </summary>
public sealed class RateLimits
{
    /// <summary>What may pass at once, as time at the rate: less than people notice in what they do beside.</summary>
    private const double BurstSeconds = 0.25;
    private const int BytesAtOnceMin = 1024;
    private const double SecondsAtOnce = 0.025;

    private IReadOnlyList<(RateRule Rule, TokenBucket Bucket)> _all = [];

    public bool IsEmpty => _all.Count == 0;

    /// <summary>These rules hold from now on; a bucket of one that stays goes on.</summary>
    public void Set(IReadOnlyList<RateRule> rules) =>
        _all = [.. rules.Select(rule => (rule, BucketOf(rule) ?? NewBucket(rule.BytesPerSecond)))];

    /// <summary>How long nothing may pass; null when something may now.</summary>
    public TimeSpan? Wait(Instant now, NodeId neighbour, string transport)
    {
        TimeSpan? longest = null;
        foreach (var (rule, bucket) in _all)
            if (rule.Fits(neighbour, transport) && bucket.Owes(now) is { } wait && !(wait <= longest)) longest = wait;
        return longest;
    }

    public void Take(Instant now, NodeId neighbour, string transport, long bytes)
    {
        foreach (var (rule, bucket) in _all)
            if (rule.Fits(neighbour, transport)) bucket.Take(now, bytes);
    }

    /// <summary>The least rate that is allowed, bytes per second; null when any is.</summary>
    public long? Least(NodeId neighbour, string transport)
    {
        long? least = null;
        foreach (var (rule, _) in _all)
            if (rule.Fits(neighbour, transport) && !(rule.BytesPerSecond >= least)) least = rule.BytesPerSecond;
        return least;
    }

    /// <summary>What is to be written at a time, so that the limit holds in the short run, too.</summary>
    public int BytesAtOnce(NodeId neighbour, string transport) => Least(neighbour, transport) is { } rate
        ? (int)Math.Clamp(rate * SecondsAtOnce, BytesAtOnceMin, int.MaxValue) : int.MaxValue;

    private TokenBucket? BucketOf(RateRule rule)
    {
        foreach (var (known, bucket) in _all)
            if (known == rule) return bucket;
        return null;
    }

    private static TokenBucket NewBucket(long rate) => new(new BucketSize(rate * BurstSeconds, rate));
}
