using Ferry.Protocol.Content;
using Xunit;

namespace Ferry.Tests.Protocol.Content;

public sealed class ChunkRangesTests
{
    [Fact]
    public void Ranges_keep_the_order_of_the_chunks() =>
        Assert.Equal([new(7, 2), new(3, 1), new(2, 1)], ChunkRanges.From([7, 8, 3, 2]));

    [Fact]
    public void No_chunks_are_no_ranges() => Assert.Empty(ChunkRanges.From([]));

    [Fact]
    public void Chunks_that_do_not_fit_are_left_out_and_the_last_range_still_grows()
    {
        Assert.Equal([new(0, 1), new(2, 1)], ChunkRanges.From([0, 2, 4], rangesMax: 2));
        Assert.Equal([new(0, 1), new(2, 3)], ChunkRanges.From([0, 2, 3, 4, 6], rangesMax: 2));
    }
}
