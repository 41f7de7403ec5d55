namespace Ferry.Protocol.Values;

/// <summary>
/// A token bucket that many share: none may take all of it. Each has a bucket of its own among a fixed number, found by
/// a hash under the node's key (stochastic fairness queueing: McKenney, 1990): so it takes the same memory however many
/// names are made up, and nobody can choose to fall together with another.
/// </summary>
/// <typeparam name="T">What tells those who share it apart.</typeparam>
internal sealed class SharedBucket<T>
    where T : notnull
{
    private const int Shares = 16;

    private readonly IEqualityComparer<T> _ids;
    private readonly TokenBucket _all;
    private readonly TokenBucket[] _each;

    public SharedBucket(IEqualityComparer<T> ids, BucketSize all, BucketSize each)
    {
        (_ids, _all) = (ids, new TokenBucket(all));
        _each = [.. Enumerable.Range(0, Shares).Select(_ => new TokenBucket(each))];
    }

    public bool TryTake(Instant now, T who) =>
        _each[(uint)_ids.GetHashCode(who) % Shares].TryTake(now) && _all.TryTake(now);
}
