using Ferry.Protocol.Content;
using Xunit;

namespace Ferry.Tests.Protocol.Content;

public sealed class ChunkRangeTests
{
    [Theory]
    [InlineData(0, 10, true)]
    [InlineData(9, 1, true)]
    [InlineData(3, 4, true)]
    [InlineData(10, 1, false)]
    [InlineData(0, 11, false)]
    [InlineData(9, 2, false)]
    [InlineData(0, 0, false)]
    [InlineData(-1, 1, false)]
    [InlineData(5, -1, false)]
    [InlineData(5, int.MaxValue, false)]
    [InlineData(int.MaxValue, int.MaxValue, false)]
    [InlineData(int.MinValue, int.MinValue, false)]
    public void Range_is_within_ten_chunks_or_not(int first, int count, bool expected) =>
        Assert.Equal(expected, new ChunkRange(first, count).IsWithin(0, 10));

    [Fact]
    public void Range_may_start_at_the_lower_bound_but_not_below()
    {
        Assert.True(new ChunkRange(4, 2).IsWithin(4, 10));
        Assert.False(new ChunkRange(3, 2).IsWithin(4, 10));
    }

    [Fact]
    public void Range_contains_its_first_chunk_and_not_its_end()
    {
        var range = new ChunkRange(4, 2);
        Assert.Equal([false, true, true, false], Enumerable.Range(3, 4).Select(range.Contains));
    }
}
