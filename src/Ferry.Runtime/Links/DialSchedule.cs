namespace Ferry.Runtime.Links;

/// <summary>
/// When to dial a neighbour over a transport that does not link us yet (docs/protocol.md §2.6): a while after it was
/// offered or lost, later for the node with the greater id, so that the two do not dial each other at once; with a
/// backoff while it fails.
/// </summary>
/// <param name="isFirst">This node's id is the smaller.</param>
/// <param name="jitter">Chance, so that nodes do not act in step.</param>
internal sealed class DialSchedule(bool isFirst, Func<TimeSpan, TimeSpan> jitter)
{
    public static readonly TimeSpan FirstWaits = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan OtherWaits = TimeSpan.FromSeconds(20);
    public static readonly TimeSpan BackOffFirst = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan BackOffMax = TimeSpan.FromSeconds(60);

    private TimeSpan _backOff = BackOffFirst;
    private TimeSpan? _linkedSince;
    private TimeSpan? _dialedAt;

    public IReadOnlyList<string> Addresses { get; private set; } = [];

    /// <summary>On the same clock as every <c>now</c>; null while there is a link.</summary>
    public TimeSpan? DueAt { get; private set; }

    /// <summary>New addresses are tried soon; no neighbour makes us dial more often than the first back-off.</summary>
    public void OnOffer(TimeSpan now, IReadOnlyList<string> addresses)
    {
        if (addresses.SequenceEqual(Addresses)) return;
        Addresses = addresses;
        if (_linkedSince is not null) return;
        _backOff = BackOffFirst;
        var soonest = (_dialedAt ?? now - BackOffFirst) + BackOffFirst;
        DueAt = Later(now + Wait, soonest);
    }

    /// <summary>Call with every change of the links.</summary>
    public void OnLooked(TimeSpan now, bool isLinked)
    {
        if (isLinked)
        {
            _linkedSince ??= now;
            DueAt = null;
        }
        else if (_linkedSince is { } since)
        {
            if (now - since >= BackOffMax) _backOff = BackOffFirst;
            _linkedSince = null;
            DueAt = now + Later(Wait, jitter(_backOff));
        }
    }

    /// <summary>A resulting link is seen at the next call of OnLooked.</summary>
    public void OnDialed(TimeSpan now)
    {
        _dialedAt = now;
        DueAt = now + jitter(_backOff);
        _backOff = _backOff * 2 < BackOffMax ? _backOff * 2 : BackOffMax;
    }

    private TimeSpan Wait => isFirst ? FirstWaits : OtherWaits;

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
