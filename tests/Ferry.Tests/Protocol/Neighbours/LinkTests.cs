using Ferry.Protocol.Neighbours;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Neighbours;

public sealed class LinkTests
{
    private readonly Link _link = Of(new LinkTraits("tcp", 1 << 20, 1 << 20, TimeSpan.FromSeconds(1)));

    [Fact]
    public void Cost_is_the_time_for_a_mebibyte() => Assert.Equal(2_000_000u, _link.Cost);

    [Fact]
    public void Cost_follows_only_what_has_doubled_or_halved()
    {
        Assert.Equal(2_000_000u, _link.Cost);
        Reply(roundTripSeconds: 5.9);
        Assert.Equal(2_000_000u, _link.Cost);
        _link.OnMeasured(1 << 18);
        Assert.Equal(6_950_000u, _link.Cost);
        _link.OnMeasured(1 << 19);
        Assert.Equal(6_950_000u, _link.Cost);
    }

    [Fact]
    public void Looking_at_the_cost_does_not_change_it()
    {
        var watched = Of(new LinkTraits("tcp", 1 << 20, 1 << 20, TimeSpan.FromSeconds(1)));
        foreach (var rate in (long[])[1 << 18, 1 << 24, 1 << 24, 1 << 17])
        {
            watched.OnMeasured(rate);
            _link.OnMeasured(rate);
            Assert.True(watched.Cost > 0);
        }
        Assert.Equal(watched.Cost, _link.Cost);
    }

    [Theory]
    [InlineData(1L << 50, 0, 1)]
    [InlineData(0, 1e6, Envelope.Unreachable / 64)]
    public void Cost_stays_within_its_bounds(long rate, double latencySeconds, uint cost) =>
        Assert.Equal(cost, Of(new LinkTraits("any", 300, rate, Some.Seconds(latencySeconds))).Cost);

    [Fact]
    public void Round_trip_is_smoothed()
    {
        Reply(roundTripSeconds: 0.8);
        Reply(roundTripSeconds: 1.6);
        Assert.Equal(Some.Seconds(0.9), _link.RoundTrip);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(86_400_000_001)]
    [InlineData(ulong.MaxValue)]
    public void Reply_to_a_heartbeat_that_was_not_sent_is_not_believed(ulong number)
    {
        _link.HeartbeatAt(Some.At(86_400));
        Assert.False(_link.IsAwaited(new HeartbeatReply(number)));
        _link.OnHeartbeatReply(Some.At(86_401), new HeartbeatReply(number));
        Assert.Null(_link.RoundTrip);
    }

    [Fact]
    public void Reply_counts_once_and_no_round_trip_is_longer_than_a_link_is_waited_for()
    {
        var sent = new HeartbeatReply(_link.HeartbeatAt(Some.At(10)).Number);
        _link.OnHeartbeatReply(Some.At(100), sent);
        Assert.Equal(Some.Seconds(15), _link.RoundTrip);
        _link.OnHeartbeatReply(Some.At(10.1), sent);
        Assert.Equal(Some.Seconds(15), _link.RoundTrip);
    }

    [Fact]
    public void Only_the_last_heartbeats_are_awaited()
    {
        var first = _link.HeartbeatAt(Some.At(0)).Number;
        for (var second = 1; second <= 4; second++) _link.HeartbeatAt(Some.At(second));
        Assert.False(_link.IsAwaited(new HeartbeatReply(first)));
        Assert.True(_link.IsAwaited(new HeartbeatReply((ulong)Some.At(4).Microseconds)));
    }

    [Fact]
    public void Room_is_a_quarter_of_a_second_less_what_is_queued()
    {
        _link.OnMeasured(1 << 20);
        Assert.Equal((1 << 20) / 4, _link.RoomBytes);
        _link.OnQueued(Some.At(0), 100_000);
        _link.OnSent(Some.At(0), 60_000);
        Assert.Equal((1 << 20) / 4 - 40_000, _link.RoomBytes);
        _link.OnSent(Some.At(0), 100_000);
        Assert.Equal(0, _link.QueuedBytes);
    }

    [Fact]
    public void Before_it_is_measured_room_grows_with_what_the_link_has_taken()
    {
        Assert.Equal(Link.QueueBytesMin, _link.RoomBytes);
        _link.OnQueued(Some.At(0), 60_000);
        _link.OnSent(Some.At(0), 60_000);
        Assert.Equal(Link.QueueBytesMin + 60_000, _link.RoomBytes);
        _link.OnSent(Some.At(0), 1 << 20);
        Assert.Equal((1 << 20) / 4, _link.RoomBytes);
    }

    [Fact]
    public void Link_stands_still_when_what_waits_has_not_moved_for_long()
    {
        Assert.False(_link.IsStalled(Some.At(100)));
        _link.OnQueued(Some.At(100), 1 << 20);
        Assert.False(_link.IsStalled(Some.At(104.9)));
        Assert.True(_link.IsStalled(Some.At(105.1)));
        _link.OnSent(Some.At(105.1), 1 << 19);
        Assert.False(_link.IsStalled(Some.At(105.2)));
    }

    [Theory]
    [InlineData(10_000, 8 * 1024)]
    [InlineData(1 << 18, 1 << 16)]
    [InlineData(1 << 30, WireLimits.PieceBytesMax)]
    public void Pieces_are_a_quarter_of_a_second_within_bounds(long rate, int bytes)
    {
        _link.OnMeasured(rate);
        Assert.Equal(bytes, _link.PieceBytes);
    }

    [Theory]
    [InlineData(1, Link.QueueBytesMin)]
    [InlineData(1L << 40, Link.QueueBytesMax)]
    public void Room_has_bounds(long rate, long room)
    {
        _link.OnMeasured(rate);
        Assert.Equal(room, _link.RoomBytes);
    }

    [Fact]
    public void Measured_rate_is_smoothed_and_an_idle_link_measures_nothing()
    {
        _link.OnMeasured(0);
        Assert.Equal(1 << 20, _link.Rate);
        _link.OnMeasured(400);
        _link.OnMeasured(800);
        Assert.Equal(500, _link.Rate);
    }

    private static Link Of(LinkTraits traits) =>
        new(Some.LinkUp(1, Some.Node(5), traits: traits), Some.At(0), new Deadlines());

    private void Reply(double roundTripSeconds)
    {
        var sent = _link.HeartbeatAt(Some.At(10)).Number;
        _link.OnHeartbeatReply(Some.At(10 + roundTripSeconds), new HeartbeatReply(sent));
    }
}
