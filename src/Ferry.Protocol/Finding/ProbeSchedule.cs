using Ferry.Protocol.Values;

namespace Ferry.Protocol.Finding;

/// <summary>
/// When to send a probe: at once, and some times again, when there may be somebody new to find: datagrams to all are
/// lost more often than others, and a new address of IPv6 can be used only after a second or two. Otherwise rarely, and
/// the more rarely the more nodes answer, so that n nodes cause some n datagrams a second and not their square.
/// </summary>
/// <param name="jitter">Chance, so that nodes do not act in step.</param>
public sealed class ProbeSchedule(Func<TimeSpan, TimeSpan> jitter)
{
    public static readonly TimeSpan GapMin = TimeSpan.FromMilliseconds(250);
    public static readonly TimeSpan IdleMin = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan IdleMax = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan IdleForNode = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan[] Repeats =
        [TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.5)];

    /// <summary>Links may be lost as often as somebody likes.</summary>
    public static readonly TimeSpan LostGapMin = TimeSpan.FromSeconds(5);

    private Instant _soonest;
    private Instant _soonestAfterLoss;
    private int _repeated = Repeats.Length;

    public Instant DueAt { get; private set; } = Instant.Never;

    /// <summary>There may be somebody new to find.</summary>
    public void OnChange(Instant now)
    {
        _repeated = 0;
        DueAt = Instant.Max(now, _soonest);
    }

    public void OnLinkLost(Instant now) => DueAt = Instant.Min(DueAt, Instant.Max(now, _soonestAfterLoss));

    /// <param name="nodes">How many have answered lately.</param>
    public void OnSent(Instant now, int nodes)
    {
        (_soonest, _soonestAfterLoss) = (now + GapMin, now + LostGapMin);
        DueAt = now + (_repeated < Repeats.Length ? Repeats[_repeated++] : jitter(Idle(nodes)));
    }

    private static TimeSpan Idle(int nodes)
    {
        var idle = IdleForNode * nodes;
        if (idle < IdleMin) return IdleMin;
        return idle > IdleMax ? IdleMax : idle;
    }
}
