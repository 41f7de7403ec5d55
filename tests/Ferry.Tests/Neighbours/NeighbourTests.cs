using Ferry.Protocol;
using Ferry.Protocol.Neighbours;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Neighbours;

public sealed class NeighbourTests
{
    private readonly Neighbour _neighbour = Of(new LinkTraits("tcp", 1 << 20, 1 << 20, TimeSpan.FromSeconds(1)));

    [Fact]
    public void Cost_is_the_time_for_a_mebibyte() => Assert.Equal(2_000_000u, _neighbour.Cost);

    [Fact]
    public void Cost_follows_only_what_has_doubled_or_halved()
    {
        Assert.Equal(2_000_000u, _neighbour.Cost);
        Reply(roundTripSeconds: 5.9);
        Assert.Equal(2_000_000u, _neighbour.Cost);
        _neighbour.OnMeasured(1 << 18);
        Assert.Equal(6_950_000u, _neighbour.Cost);
        _neighbour.OnMeasured(1 << 19);
        Assert.Equal(6_950_000u, _neighbour.Cost);
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
        Assert.Equal(Some.Seconds(0.9), _neighbour.RoundTrip);
    }

    [Theory]
    [InlineData(100_000_001)]
    [InlineData(ulong.MaxValue)]
    public void Reply_to_a_heartbeat_of_the_future_is_not_believed(ulong number)
    {
        _neighbour.OnHeartbeatReply(Some.At(100), new HeartbeatReply(number));
        Assert.Null(_neighbour.RoundTrip);
    }

    [Fact]
    public void Room_is_a_quarter_of_a_second_less_what_is_queued()
    {
        Assert.Equal((1 << 20) / 4, _neighbour.RoomBytes);
        _neighbour.OnQueued(100_000);
        _neighbour.OnSent(60_000);
        Assert.Equal((1 << 20) / 4 - 40_000, _neighbour.RoomBytes);
        _neighbour.OnSent(100_000);
        Assert.Equal(0, _neighbour.QueuedBytes);
    }

    [Theory]
    [InlineData(1, Neighbour.QueueBytesMin)]
    [InlineData(1L << 40, Neighbour.QueueBytesMax)]
    public void Room_has_bounds(long rate, long room)
    {
        _neighbour.OnMeasured(rate);
        Assert.Equal(room, _neighbour.RoomBytes);
    }

    [Fact]
    public void Measured_rate_is_smoothed_and_an_idle_link_measures_nothing()
    {
        _neighbour.OnMeasured(0);
        Assert.Equal(1 << 20, _neighbour.Rate);
        _neighbour.OnMeasured(400);
        _neighbour.OnMeasured(800);
        Assert.Equal(500, _neighbour.Rate);
    }

    [Fact]
    public void Floods_of_a_neighbour_are_bounded()
    {
        var taken = Enumerable.Range(0, 1000).Count(_ => _neighbour.TakeFloodToken(Some.At(100)));
        Assert.Equal(200, taken);
        Assert.True(_neighbour.TakeFloodToken(Some.At(100.1)));
    }

    private static Neighbour Of(LinkTraits traits) =>
        new(Some.LinkUp(1, Some.Node(5), traits: traits), Some.At(0));

    private void Reply(double roundTripSeconds)
    {
        var sent = Neighbour.HeartbeatAt(Some.At(10)).Number;
        _neighbour.OnHeartbeatReply(Some.At(10 + roundTripSeconds), new HeartbeatReply(sent));
    }
}
