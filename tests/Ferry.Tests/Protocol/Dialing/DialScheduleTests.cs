using Ferry.Protocol.Dialing;
using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Protocol.Dialing;

public sealed class DialScheduleTests
{
    private static readonly string[] Offered = ["bluetooth://AA:BB:CC:DD:EE:FF/3"];
    private static readonly Instant Start = Some.At(100);

    private readonly DialSchedule _link = new(isFirst: true, wait => wait);

    [Theory]
    [InlineData(true, 102)]
    [InlineData(false, 120)]
    public void The_greater_id_leaves_the_first_call_to_the_smaller(bool isFirst, double seconds)
    {
        var link = new DialSchedule(isFirst, wait => wait);
        link.OnOffer(Start, Offered);
        Assert.Equal(Some.At(seconds), link.DueAt);
    }

    [Fact]
    public void Where_nobody_answers_each_attempt_waits_twice_as_long_up_to_a_minute()
    {
        _link.OnOffer(Start, Offered);
        var waits = new List<double>();
        var now = _link.DueAt;
        for (var dial = 0; dial < 6; dial++)
        {
            _link.OnLooked(now, isLinked: false);
            _link.OnDialed(now);
            waits.Add((_link.DueAt - now).TotalSeconds);
            now = _link.DueAt;
        }

        Assert.Equal([5, 10, 20, 40, 60, 60], waits);
    }

    [Fact]
    public void While_there_is_a_link_nothing_is_due()
    {
        _link.OnOffer(Start, Offered);
        _link.OnLooked(Start, isLinked: true);
        Assert.Equal(Instant.Never, _link.DueAt);
        _link.OnOffer(Start, ["bluetooth://AA:BB:CC:DD:EE:FF/4"]);
        Assert.Equal(Instant.Never, _link.DueAt);
    }

    [Fact]
    public void Link_that_is_lost_after_long_is_dialed_again_soon()
    {
        Fail(times: 5);
        _link.OnLooked(Start, isLinked: true);
        var lost = Start + DialSchedule.Pauses.Max;
        _link.OnLooked(lost, isLinked: false);
        Assert.Equal(lost + DialSchedule.Pauses.First, _link.DueAt);
    }

    [Fact]
    public void Link_that_does_not_last_is_dialed_ever_more_seldom()
    {
        Fail(times: 5);
        _link.OnLooked(Start, isLinked: true);
        _link.OnLooked(Start, isLinked: false);
        Assert.Equal(Start + DialSchedule.Pauses.Max, _link.DueAt);
    }

    [Fact]
    public void New_addresses_are_tried_soon_and_the_same_ones_are_no_news()
    {
        Fail(times: 5);
        var due = _link.DueAt;
        _link.OnOffer(Start, Offered);
        Assert.Equal(due, _link.DueAt);
        _link.OnOffer(Start + DialSchedule.Pauses.Max, ["bluetooth://AA:BB:CC:DD:EE:FF/4"]);
        Assert.Equal(Start + DialSchedule.Pauses.Max + DialSchedule.FirstWaits, _link.DueAt);
    }

    [Fact]
    public void Neighbour_with_ever_new_addresses_makes_nobody_dial_without_pause()
    {
        _link.OnOffer(Start, Offered);
        _link.OnDialed(Start);
        _link.OnOffer(Start, ["bluetooth://AA:BB:CC:DD:EE:FF/4"]);
        Assert.Equal(Start + DialSchedule.Pauses.First, _link.DueAt);
    }

    private void Fail(int times)
    {
        _link.OnOffer(Start, Offered);
        for (var dial = 0; dial < times; dial++) _link.OnDialed(Start);
    }
}
