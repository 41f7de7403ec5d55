using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Protocol.Values;

public sealed class TimerTableTests
{
    private readonly TimerTable _timers = new();

    [Fact]
    public void Nothing_is_due_in_a_new_table()
    {
        Assert.Equal(Instant.Never, _timers.Next);
        Assert.False(_timers.TakeIfDue(CoreTimer.Heartbeat, Some.At(1e9)));
    }

    [Fact]
    public void Timer_is_due_once_at_its_moment()
    {
        _timers.Arm(CoreTimer.AckDue, Some.At(5));
        Assert.False(_timers.TakeIfDue(CoreTimer.AckDue, Some.At(4.999)));
        Assert.True(_timers.TakeIfDue(CoreTimer.AckDue, Some.At(5)));
        Assert.False(_timers.TakeIfDue(CoreTimer.AckDue, Some.At(6)));
        Assert.False(_timers.IsArmed(CoreTimer.AckDue));
    }

    [Fact]
    public void Next_is_the_earliest_that_is_armed()
    {
        _timers.Arm(CoreTimer.Heartbeat, Some.At(7));
        _timers.Arm(CoreTimer.AckDue, Some.At(5));
        Assert.Equal(Some.At(5), _timers.Next);
        _timers.Disarm(CoreTimer.AckDue);
        Assert.Equal(Some.At(7), _timers.Next);
        Assert.True(_timers.TakeIfDue(CoreTimer.Heartbeat, Some.At(7)));
        Assert.Equal(Instant.Never, _timers.Next);
    }

    [Fact]
    public void Arming_again_replaces_and_arming_if_idle_does_not()
    {
        _timers.Arm(CoreTimer.AckDue, Some.At(5));
        _timers.ArmIfIdle(CoreTimer.AckDue, Some.At(3));
        Assert.Equal(Some.At(5), _timers.Next);
        _timers.Arm(CoreTimer.AckDue, Some.At(9));
        Assert.Equal(Some.At(9), _timers.Next);
    }
}
