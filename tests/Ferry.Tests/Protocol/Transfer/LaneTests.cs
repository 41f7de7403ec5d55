using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

public sealed class LaneTests
{
    private readonly Lane _lane = new(
        default, Some.Node(1), Some.Transfer(1), ChunkMap.Full(1000), new AckWindow(64 * 1024, 1), new Deadlines());

    [Fact]
    public void Outstanding_bytes_count_each_chunk_once()
    {
        _lane.Ask(3, 100);
        _lane.Ask(3, 100);
        _lane.Ask(4, 100);
        Assert.Equal(200, _lane.OutstandingBytes);
        Assert.True(_lane.OnDurable(3, 100));
        Assert.False(_lane.OnDurable(3, 100));
        Assert.Equal((100, 100), (_lane.OutstandingBytes, _lane.UnackedBytes));
        Assert.True(_lane.Release(4, 100));
        Assert.False(_lane.Release(4, 100));
        Assert.Equal((0, 100), (_lane.OutstandingBytes, _lane.UnackedBytes));
    }

    [Fact]
    public void Ack_settles_what_was_durable_and_the_sign_of_life()
    {
        _lane.Ask(3, 100);
        _lane.OnDurable(3, 100);
        _lane.Strikes = 2;
        _lane.OnReceived(Some.At(1), 50);
        Assert.True(_lane.OwesSignOfLife);
        Assert.Equal((0, 50), (_lane.Strikes, _lane.ReceivedBytes));
        _lane.OnAcked();
        Assert.False(_lane.OwesSignOfLife);
        Assert.Equal(0, _lane.UnackedBytes);
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    public void Only_an_open_lane_that_does_not_wait_takes_chunks(bool open, bool waiting, bool takes)
    {
        (_lane.IsOpen, _lane.IsWaiting) = (open, waiting);
        Assert.Equal(takes, _lane.CanTakeChunks);
    }

    [Fact]
    public void Outstanding_chunks_are_named_in_order_as_ranges()
    {
        foreach (var chunk in new[] { 9, 3, 4, 5, 1 }) _lane.Ask(chunk, 1);
        Assert.Equal([new(1, 1), new(3, 3), new(9, 1)], _lane.OutstandingRanges());
    }

    [Fact]
    public void No_more_ranges_are_named_than_a_message_takes()
    {
        for (var chunk = 0; chunk < 400; chunk++) _lane.Ask(chunk * 2, 1);
        Assert.Equal(WireLimits.RangesMax, _lane.OutstandingRanges().Count);
    }
}
