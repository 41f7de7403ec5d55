using Ferry.Protocol.Content;
using Ferry.Storage.Downloads;
using Xunit;

namespace Ferry.Tests.Storage.Downloads;

public sealed class ChunkStatesTests
{
    private readonly UncommittedTally _uncommitted = new();
    private readonly ChunkStates _chunks;

    public ChunkStatesTests() =>
        _chunks = new ChunkStates(ChunkLayout.For(3 * ChunkLayout.ChunkBytesMin + 5), new ChunkMap(4), _uncommitted);

    [Fact]
    public void Chunk_is_written_then_durable()
    {
        _chunks.Add(3, _chunks.Generation);
        Assert.True(_chunks.IsWritten(3));
        Assert.False(_chunks.IsDurable(3));
        Assert.True(_chunks.Durable().IsEmpty);
        Assert.Equal(5, _uncommitted.Bytes);
        var taken = _chunks.TakeUnflushed();
        Assert.Equal([3], taken);
        Assert.False(_chunks.HasUnflushed);
        _chunks.MarkDurable(taken);
        Assert.True(_chunks.IsDurable(3));
        Assert.True(_chunks.Durable().Contains(3));
        Assert.Equal(0, _uncommitted.Bytes);
    }

    [Fact]
    public void Failure_forgets_what_is_not_durable()
    {
        _chunks.Add(0, _chunks.Generation);
        _chunks.MarkDurable(_chunks.TakeUnflushed());
        _chunks.Add(1, _chunks.Generation);
        _chunks.Fail();
        Assert.Equal((true, false, 0), (_chunks.IsWritten(0), _chunks.IsWritten(1), _uncommitted.Bytes));
        _chunks.Add(1, _chunks.Generation);
        Assert.True(_chunks.IsWritten(1));
    }

    /// <summary>A failed flush may have dropped it although its own write went well.</summary>
    [Fact]
    public void Write_that_began_before_a_failure_does_not_count()
    {
        var generation = _chunks.Generation;
        _chunks.Fail();
        _chunks.Add(1, generation);
        Assert.Equal((false, false, 0), (_chunks.IsWritten(1), _chunks.HasUnflushed, _uncommitted.Bytes));
    }

    [Fact]
    public void Chunks_that_a_flush_saved_hold_though_another_write_failed_meanwhile()
    {
        _chunks.Add(0, _chunks.Generation);
        var taken = _chunks.TakeUnflushed();
        _chunks.Fail();
        _chunks.MarkDurable(taken);
        Assert.Equal((true, true, 0), (_chunks.IsDurable(0), _chunks.IsWritten(0), _uncommitted.Bytes));
    }

    [Fact]
    public void Lost_chunks_may_be_written_again()
    {
        _chunks.Add(0, _chunks.Generation);
        _chunks.Add(1, _chunks.Generation);
        _chunks.MarkDurable(_chunks.TakeUnflushed());
        _chunks.Fail();
        _chunks.Restart([1]);
        Assert.Equal((true, false), (_chunks.IsDurable(0), _chunks.IsWritten(1)));
    }
}
