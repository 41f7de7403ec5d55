using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

public sealed class LaneTests
{
    private readonly Lane _lane = new(
        default, Some.Node(1), Some.Transfer(1), ChunkMap.Full(1000), new AckWindow(64 * 1024, 1), new Deadlines(),
        new PlainSeals());

    [Fact]
    public void Outstanding_bytes_count_each_chunk_once()
    {
        _lane.Ask(3, 100);
        _lane.Ask(3, 100);
        _lane.Ask(4, 100);
        Assert.Equal(200, _lane.OutstandingBytes);
        Assert.True(_lane.OnDurable(Some.At(1), 3, 100));
        Assert.False(_lane.OnDurable(Some.At(1), 3, 100));
        Assert.Equal((100, 100), (_lane.OutstandingBytes, _lane.UnackedBytes));
        Assert.True(_lane.Release(4, 100));
        Assert.False(_lane.Release(4, 100));
        Assert.Equal((0, 100), (_lane.OutstandingBytes, _lane.UnackedBytes));
    }

    [Fact]
    public void Ack_settles_what_was_durable_and_the_sign_of_life()
    {
        _lane.Ask(3, 100);
        _lane.OnDurable(Some.At(1), 3, 100);
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

    /// <summary>Pieces come in any order, and some twice: a chunk has come when they leave no gap.</summary>
    [Fact]
    public void Chunk_is_brought_when_its_pieces_leave_no_gap()
    {
        _lane.Ask(3, 100);
        foreach (var (offset, count) in new[] { (60, 40), (0, 20), (0, 20), (60, 40), (10, 40) })
        {
            _lane.OnPersisting(Piece(3, offset, count), 100);
            Assert.False(_lane.HasBrought(3));
        }
        _lane.OnPersisting(Piece(3, 50, 10), 100);
        Assert.True(_lane.HasBrought(3));
        _lane.OnDropped(3);
        _lane.OnPersisting(Piece(3, 50, 10), 100);
        Assert.False(_lane.HasBrought(3));
    }

    [Fact]
    public void Chunk_that_was_not_asked_for_is_not_brought()
    {
        _lane.OnPersisting(Piece(3, 0, 100), 100);
        Assert.False(_lane.HasBrought(3));
        _lane.Ask(3, 100);
        _lane.OnPersisting(Piece(3, 0, 100), 100);
        _lane.OnDurable(Some.At(1), 3, 100);
        Assert.False(_lane.HasBrought(3));
    }

    private static FileTransfer Piece(int chunk, int offset, int count) =>
        new(default, default, chunk, offset, 0, count + FileTransfer.SealBytes);
}
