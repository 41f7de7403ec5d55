using Ferry.Protocol.Values;

namespace Ferry.Protocol.Dialing;

/// <summary>
/// When to dial an address again that shall stay linked: at once when a link is lost; where nobody answers after 1 s,
/// doubling to 60 s, for ever: a boat comes back to its harbour some day.
/// </summary>
/// <param name="random">So that nodes do not act in step.</param>
public sealed class RedialSchedule(SeededRandom random)
{
    /// <summary>A link that did not last this long has failed too: nodes that cannot agree must not spin.</summary>
    public static readonly TimeSpan SettledAfter = TimeSpan.FromSeconds(2);

    private static readonly Backoff Wait = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));

    private int _failures;

    /// <summary>How long to wait after nobody answered.</summary>
    public TimeSpan AfterFailure() => random.Jitter(Wait.After(_failures++));

    /// <summary>How long to wait after a link was lost.</summary>
    public TimeSpan AfterLink(TimeSpan lasted)
    {
        if (lasted < SettledAfter) return AfterFailure();
        _failures = 0;
        return TimeSpan.Zero;
    }
}
