using Ferry.Protocol.Values;

namespace Ferry.Protocol.Dialing;

/// <summary>
/// When to dial again an address that is kept linked: at once when a link is lost; without an answer with a backoff
/// from 1 s to 60 s, for ever: the node may come back at any time.
/// </summary>
/// <param name="random">So that nodes do not act in step.</param>
public sealed class RedialSchedule(SeededRandom random)
{
    /// <summary>A shorter link counts as a failed dial, so that nodes that close each other's links back off.</summary>
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
