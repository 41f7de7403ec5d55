using Ferry.Protocol.Values;

namespace Ferry.Protocol.Dialing;

/// <summary>
/// When to dial a neighbour over a transport that does not link us yet (docs/protocol.md §2.6): a while after it was
/// offered or lost, later for the node with the greater id, so that the two do not dial each other at once; with a
/// backoff while it fails.
/// </summary>
/// <param name="isFirst">This node's id is the smaller.</param>
/// <param name="jitter">Chance, so that nodes do not act in step.</param>
public sealed class DialSchedule(bool isFirst, Func<TimeSpan, TimeSpan> jitter)
{
    public static readonly TimeSpan FirstWaits = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan OtherWaits = TimeSpan.FromSeconds(20);
    public static readonly Backoff Pauses = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));

    /// <summary>A link that did not last this long has failed too.</summary>
    public static readonly TimeSpan SettledAfter = TimeSpan.FromSeconds(60);

    private int _failures;
    private Instant _linkedSince = Instant.Never;
    private Instant _soonest;

    public IReadOnlyList<string> Addresses { get; private set; } = [];

    /// <summary><see cref="Instant.Never"/> while there is a link.</summary>
    public Instant DueAt { get; private set; } = Instant.Never;

    private bool IsLinked => _linkedSince != Instant.Never;
    private TimeSpan Wait => isFirst ? FirstWaits : OtherWaits;

    /// <summary>New addresses are tried soon; no neighbour makes us dial more often than the first pause.</summary>
    public void OnOffer(Instant now, IReadOnlyList<string> addresses)
    {
        if (addresses.SequenceEqual(Addresses)) return;
        Addresses = addresses;
        if (IsLinked) return;
        _failures = 0;
        DueAt = Instant.Max(now + Wait, _soonest);
    }

    /// <summary>Call with every change of the links.</summary>
    public void OnLooked(Instant now, bool isLinked)
    {
        if (isLinked)
        {
            _linkedSince = Instant.Min(_linkedSince, now);
            DueAt = Instant.Never;
        }
        else if (IsLinked)
        {
            if (now - _linkedSince >= SettledAfter) _failures = 0;
            _linkedSince = Instant.Never;
            DueAt = Instant.Max(now + Wait, now + jitter(Pauses.After(_failures)));
        }
    }

    /// <summary>A resulting link is seen at the next call of OnLooked.</summary>
    public void OnDialed(Instant now)
    {
        _soonest = now + Pauses.First;
        DueAt = now + jitter(Pauses.After(_failures++));
    }
}
