namespace Ferry.Transports.Secure;

/// <summary>
/// Slows down who guesses a passphrase: of each origin of addresses, and in total, a few wrong tries are free, and then
/// one in a while. A try is taken when there is something to judge, and before it is judged, so that many at once are
/// many; it is given back when it was right. A handshake that ends earlier has told its dialer nothing, and costs none.
/// The table is bounded; when it is full, the origin that has the most tries left is forgotten, which loses the least.
/// </summary>
public sealed class GuessLimit(TimeProvider time)
{
    public const int OriginsMax = 1024;
    public const int TriesOfOrigin = 5;
    public const int TriesInTotal = 60;
    public static readonly TimeSpan OriginEvery = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan TotalEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Bucket> _origins = new(StringComparer.Ordinal);
    private Bucket _total = new(TriesInTotal, time.GetTimestamp());

    /// <summary>Whether there is one left now: who comes without need not begin.</summary>
    public bool HasLeft(string origin)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            return Own(origin, now).Left >= 1 && Total(now).Left >= 1;
        }
    }

    /// <summary>False when there is none left now.</summary>
    public bool TryTake(string origin)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var own = Own(origin, now);
            _total = Total(now);
            if (own.Left < 1 || _total.Left < 1) return false;
            if (!_origins.ContainsKey(origin) && _origins.Count >= OriginsMax)
                _origins.Remove(_origins.MaxBy(it => OfOrigin(it.Value, now).Left).Key);
            _origins[origin] = own with { Left = own.Left - 1 };
            _total = _total with { Left = _total.Left - 1 };
            return true;
        }
    }

    /// <summary>The try was right.</summary>
    public void GiveBack(string origin)
    {
        lock (_gate)
        {
            _total = _total with { Left = Math.Min(TriesInTotal, _total.Left + 1) };
            if (_origins.TryGetValue(origin, out var own))
                _origins[origin] = own with { Left = Math.Min(TriesOfOrigin, own.Left + 1) };
        }
    }

    private Bucket Own(string origin, long now) =>
        OfOrigin(_origins.GetValueOrDefault(origin, new(TriesOfOrigin, now)), now);

    private Bucket Total(long now) => Refilled(_total, now, TriesInTotal, TotalEvery);

    private Bucket OfOrigin(Bucket bucket, long now) => Refilled(bucket, now, TriesOfOrigin, OriginEvery);

    private Bucket Refilled(Bucket bucket, long now, int most, TimeSpan every) => new(
        Math.Min(most, bucket.Left + time.GetElapsedTime(bucket.At, now) / every), now);

    private readonly record struct Bucket(double Left, long At);
}
