using Ferry.Protocol.Content;
using Xunit;

namespace Ferry.Tests.Protocol.Content;

public sealed class ChunkLayoutTests
{
    private const long Ki = 1024, Mi = 1024 * Ki, Gi = 1024 * Mi;

    public static TheoryData<long> Sizes =>
    [
        0, 1, 64 * Ki - 1, 64 * Ki, 64 * Ki + 1, 128 * Mi, 128 * Mi + 1, 256 * Mi, Gi - 1, Gi, 8 * Gi, 8 * Gi + 1,
        100 * Gi, ChunkLayout.ContentBytesMax - 1, ChunkLayout.ContentBytesMax,
    ];

    [Theory]
    [InlineData(0, 64 * Ki, 0)]
    [InlineData(1, 64 * Ki, 1)]
    [InlineData(64 * Ki, 64 * Ki, 1)]
    [InlineData(64 * Ki + 1, 64 * Ki, 2)]
    [InlineData(128 * Mi, 64 * Ki, 2048)]
    [InlineData(128 * Mi + 1, 128 * Ki, 1025)]
    [InlineData(256 * Mi + 1, 256 * Ki, 1025)]
    [InlineData(8 * Gi, 4 * Mi, 2048)]
    [InlineData(8 * Gi + 1, 4 * Mi, 2049)]
    [InlineData(ChunkLayout.ContentBytesMax, 4 * Mi, ChunkLayout.ChunkCountMax)]
    public void Size_alone_decides(long contentBytes, long chunkBytes, int chunkCount)
    {
        var layout = ChunkLayout.For(contentBytes);
        Assert.Equal((chunkBytes, chunkCount), (layout.ChunkBytes, layout.ChunkCount));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Chunks_cover_the_content_without_gap_or_overlap(long contentBytes)
    {
        var layout = ChunkLayout.For(contentBytes);
        var end = 0L;
        for (var chunk = 0; chunk < layout.ChunkCount; chunk++)
        {
            Assert.Equal(end, layout.OffsetOf(chunk));
            Assert.InRange(layout.LengthOf(chunk), 1, layout.ChunkBytes);
            end += layout.LengthOf(chunk);
        }
        Assert.Equal(contentBytes, end);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(ChunkLayout.ContentBytesMax + 1)]
    [InlineData(long.MaxValue)]
    public void Sizes_no_content_has_are_refused(long contentBytes)
    {
        Assert.False(ChunkLayout.IsValidSize(contentBytes));
        Assert.Throws<ArgumentOutOfRangeException>(() => ChunkLayout.For(contentBytes));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    public void Chunk_outside_the_content_has_no_length(int chunk) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ChunkLayout.For(130 * Ki).LengthOf(chunk));

    /// <summary>Chunks of 64, 64 and 2 KiB.</summary>
    [Theory]
    [InlineData(0, 0, 64 * 1024, true)]
    [InlineData(2, 1024, 1024, true)]
    [InlineData(0, 0, 64 * 1024 + 1, false)]
    [InlineData(0, 1, 64 * 1024, false)]
    [InlineData(2, 1024, 1025, false)]
    [InlineData(2, 2048, 1, false)]
    [InlineData(1, 0, 0, false)]
    [InlineData(1, -1, 1, false)]
    [InlineData(1, 0, -1, false)]
    [InlineData(3, 0, 1, false)]
    [InlineData(-1, 0, 1, false)]
    [InlineData(0, int.MaxValue, int.MaxValue, false)]
    [InlineData(0, int.MinValue, int.MaxValue, false)]
    [InlineData(0, int.MaxValue, int.MinValue, false)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue, false)]
    public void Piece_lies_inside_its_chunk_or_not(int chunk, int offset, int bytes, bool expected) =>
        Assert.Equal(expected, ChunkLayout.For(130 * Ki).Contains(chunk, offset, bytes));
}
