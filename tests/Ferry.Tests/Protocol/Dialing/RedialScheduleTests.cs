using Ferry.Protocol.Dialing;
using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Protocol.Dialing;

public sealed class RedialScheduleTests
{
    private static readonly TimeSpan Long = RedialSchedule.SettledAfter;
    private static readonly TimeSpan Short = Long - TimeSpan.FromMilliseconds(1);

    private readonly RedialSchedule _schedule = new(new SeededRandom(1));

    [Fact]
    public void Where_nobody_answers_each_wait_is_about_twice_as_long_up_to_a_minute()
    {
        foreach (var seconds in (double[])[1, 2, 4, 8, 16, 32, 60, 60])
            AssertAbout(seconds, _schedule.AfterFailure());
    }

    [Fact]
    public void Link_that_lasted_is_dialed_again_at_once_and_failures_count_anew()
    {
        for (var failure = 0; failure < 5; failure++) _schedule.AfterFailure();
        Assert.Equal(TimeSpan.Zero, _schedule.AfterLink(Long));
        AssertAbout(1, _schedule.AfterFailure());
    }

    [Fact]
    public void Link_that_did_not_last_counts_as_a_failure()
    {
        AssertAbout(1, _schedule.AfterLink(Short));
        AssertAbout(2, _schedule.AfterFailure());
        AssertAbout(4, _schedule.AfterLink(Short));
    }

    [Fact]
    public void Nodes_do_not_act_in_step() =>
        Assert.NotEqual(_schedule.AfterFailure(), new RedialSchedule(new SeededRandom(2)).AfterFailure());

    private static void AssertAbout(double seconds, TimeSpan wait) =>
        Assert.InRange(wait.TotalSeconds, 0.8 * seconds, 1.2 * seconds);
}
