using Ferry.Protocol.Content;
using Ferry.Storage.Trees;
using Xunit;

namespace Ferry.Tests.Storage.Trees;

public sealed class FolderLayoutTests
{
    private const int Unit = ChunkLayout.ChunkBytesMin;

    [Fact]
    public void Small_folder_has_no_byte_but_its_listing_and_files()
    {
        var content = FolderContent.Of(
            (FolderContent.File("a"), FolderContent.Random(100, 1)),
            (FolderContent.File("b"), FolderContent.Random(50, 2)));
        Assert.Equal(content.Map.Listing.Bytes.Length + 150, content.Map.ContentBytes);
        Assert.Empty(content.Map.Gaps());
    }

    [Fact]
    public void Files_of_the_same_bytes_share_them()
    {
        var bytes = FolderContent.Random(70_000, 1);
        var one = FolderContent.Of((FolderContent.File("a"), bytes));
        var two = FolderContent.Of((FolderContent.File("a"), bytes), (FolderContent.File("b"), bytes));
        Assert.True(two.Map.ContentBytes < one.Map.ContentBytes + 100);
        Assert.Equal(two.Map.Listing.Entries[0].Offset, two.Map.Listing.Entries[1].Offset);
    }

    /// <summary>An equal large file gives equal chunks, whatever else is in the folder.</summary>
    [Fact]
    public void Large_file_begins_with_a_chunk()
    {
        var bytes = FolderContent.Random(FolderLayout.LargeUnits * Unit + 5, 1);
        var one = FolderContent.Of(
            (FolderContent.File("a"), FolderContent.Random(10, 2)), (FolderContent.File("b"), bytes));
        var other = FolderContent.Of(
            (FolderContent.File("a"), FolderContent.Random(33_333, 2)), (FolderContent.File("c"), bytes));
        Assert.Equal(0, one.Map.Listing.Entries[1].Offset % Unit);
        Assert.True(LeavesOf(one).Intersect(LeavesOf(other)).Count() >= FolderLayout.LargeUnits);
    }

    /// <summary>A boundary that the path decides ends what the place of one small file moves.</summary>
    [Fact]
    public void File_more_among_small_ones_changes_few_chunks()
    {
        var files = Enumerable.Range(0, 2000)
            .Select(i => (FolderContent.File($"{i:0000}"), FolderContent.Random(4000, i))).ToList();
        var before = FolderContent.Of(files);
        var after = FolderContent.Of(files.Append((FolderContent.File("0500a"), FolderContent.Random(4000, -1))));
        var listing = after.Map.Listing.Bytes.Length / Unit + 1;
        var changed = LeavesOf(after).Except(LeavesOf(before)).Count();
        Assert.InRange(changed, 1, listing + 3 * FolderLayout.LargeUnits);
        Assert.True(before.Manifest.Layout.ChunkCount > 6 * FolderLayout.LargeUnits);
    }

    [Fact]
    public void What_adds_up_to_more_than_a_content_has_no_layout()
    {
        var item = new FolderItem(FolderContent.File("a") with { Size = ChunkLayout.ContentBytesMax }, default, null);
        Assert.Null(FolderLayout.Of([item]));
    }

    [Fact]
    public void Every_byte_behind_the_listing_is_a_files_or_zero()
    {
        var content = FolderContent.Of(Enumerable.Range(0, 60).Select(i =>
            (FolderContent.File($"{i:00}"), FolderContent.Random(i % 7 == 0 ? 20 * Unit : 30_000, i))));
        long at = content.Map.Listing.Bytes.Length;
        while (at < content.Map.ContentBytes)
        {
            var (file, end) = content.Map.At(at);
            if (file is null) Assert.False(content.Bytes.AsSpan((int)at, (int)(end - at)).ContainsAnyExcept((byte)0));
            Assert.True(end > at);
            at = end;
        }
        Assert.Equal(content.Map.ContentBytes, at);
    }

    private static HashSet<string> LeavesOf(FolderContent content) =>
        [.. Enumerable.Range(0, content.Manifest.Layout.ChunkCount)
            .Select(chunk => Convert.ToHexString(content.Manifest.LeafOf(chunk)))];
}
