using System.Buffers.Binary;
using System.Text;
using Ferry.Storage.Trees;
using Xunit;

namespace Ferry.Tests.Storage.Trees;

public sealed class FolderListingTests
{
    private const long Size = 1 << 20;

    [Fact]
    public void Listing_is_read_as_it_was_written()
    {
        var file = FolderContent.File("ä/b", isExecutable: true) with { Size = 5, Offset = 500, IsPrivate = true };
        FolderEntry[] entries =
            [FolderContent.File("a-empty"), FolderContent.Folder("ä"), file, FolderContent.Link("ä/c", "b")];
        var listing = FolderListing.Of(entries);
        Assert.Equal(listing.Bytes.Length, FolderListing.LengthIn(listing.Bytes.Span));
        Assert.Equal(listing.Bytes.Length, FolderListing.LengthOf(entries));
        Assert.Equal(ListingFlaw.None, FolderListing.TryDecode(listing.Bytes, Size, out var read));
        Assert.Equal(entries, read!.Entries);
    }

    [Fact]
    public void Empty_folder_has_a_listing()
    {
        Assert.Equal(ListingFlaw.None, FolderListing.TryDecode(FolderListing.Of([]).Bytes, 24, out var listing));
        Assert.Empty(listing!.Entries);
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("..")]
    [InlineData("../a")]
    [InlineData(".")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("a\0b")]
    [InlineData("")]
    public void Path_that_is_none_is_refused(string path) =>
        AssertFlaw(ListingFlaw.Path, [FolderContent.Folder("a"), FolderContent.Folder("b") with { Path = path }]);

    [Fact]
    public void Path_beyond_the_bounds_is_refused()
    {
        Assert.Equal(ListingFlaw.Path, FolderListing.FlawOf(new byte[FolderListing.PathBytesMax + 1]));
        var deep = string.Join('/', Enumerable.Repeat("d", FolderListing.DepthMax + 1));
        Assert.Equal(ListingFlaw.Path, FolderListing.FlawOf(Encoding.UTF8.GetBytes(deep)));
        Assert.Equal(ListingFlaw.None, FolderListing.FlawOf(Encoding.UTF8.GetBytes(deep[2..])));
        Assert.Equal(ListingFlaw.Path, FolderListing.FlawOf([0xff]));
    }

    [Fact]
    public void Paths_out_of_order_or_twice_are_refused()
    {
        AssertFlaw(ListingFlaw.Order, [FolderContent.File("b"), FolderContent.File("a")]);
        AssertFlaw(ListingFlaw.Order, [FolderContent.File("a"), FolderContent.Folder("a")]);
    }

    [Fact]
    public void Entry_in_no_folder_is_refused()
    {
        AssertFlaw(ListingFlaw.Parent, [FolderContent.File("a/b")]);
        AssertFlaw(ListingFlaw.Parent, [FolderContent.File("a"), FolderContent.File("a/b")]);
        AssertFlaw(ListingFlaw.Parent, [FolderContent.Link("a", "b"), FolderContent.File("a/c")]);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(-1, 100)]
    [InlineData(long.MaxValue, 100)]
    [InlineData(100, long.MaxValue - 50)]
    [InlineData(100, -50)]
    [InlineData(10, Size - 9)]
    [InlineData(10, 30)]
    [InlineData(0, 100)]
    public void Bytes_outside_the_content_are_refused(long size, long offset) =>
        AssertFlaw(ListingFlaw.Range, [FolderContent.File("a") with { Size = size, Offset = offset }]);

    /// <summary>Files may share bytes, but a small content must not fill a disk.</summary>
    [Fact]
    public void Files_that_add_up_to_far_more_than_the_content_are_refused()
    {
        const long Large = 100L << 30;
        var entries = Enumerable.Range(0, 20)
            .Select(i => FolderContent.File($"{i:00}") with { Size = Large - 10_000, Offset = 10_000 }).ToArray();
        Assert.Equal(ListingFlaw.Size, FolderListing.TryDecode(FolderListing.Of(entries).Bytes, Large, out _));
        Assert.Equal(
            ListingFlaw.None, FolderListing.TryDecode(FolderListing.Of(entries[..10]).Bytes, Large, out _));
    }

    [Theory]
    [InlineData(0, 0, nameof(ListingFlaw.Kind))]
    [InlineData(0, 4, nameof(ListingFlaw.Kind))]
    [InlineData(1, 1, nameof(ListingFlaw.Kind))]
    [InlineData(3, 1, nameof(ListingFlaw.Path))]
    [InlineData(4, 0xff, nameof(ListingFlaw.Path))]
    public void Field_that_is_none_is_refused(int at, byte value, string flaw)
    {
        var bytes = FolderListing.Of([FolderContent.Folder("a")]).Bytes.ToArray();
        bytes[FolderListing.HeadBytes + at] = value;
        Assert.Equal(flaw, FolderListing.TryDecode(bytes, Size, out _).ToString());
    }

    [Fact]
    public void Target_that_is_none_is_refused()
    {
        AssertFlaw(ListingFlaw.Target, [FolderContent.Link("a", "")]);
        AssertFlaw(ListingFlaw.Target, [FolderContent.Link("a", "b\0")]);
        AssertFlaw(ListingFlaw.Target, [FolderContent.Link("a", new string('b', LinkTarget.BytesMax + 1))]);
    }

    [Fact]
    public void Count_beyond_the_bound_is_refused_before_memory_is_spent()
    {
        var bytes = FolderListing.Of([FolderContent.Folder("a")]).Bytes.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(20), uint.MaxValue);
        Assert.Equal(ListingFlaw.TooMany, FolderListing.TryDecode(bytes, Size, out _));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(20), FolderListing.EntriesMax);
        Assert.Equal(ListingFlaw.Form, FolderListing.TryDecode(bytes, Size, out _));
    }

    /// <summary>Each path keeps nearly all of the one before, so that few bytes make many.</summary>
    [Fact]
    public void Paths_that_add_up_to_far_more_than_the_listing_are_refused()
    {
        var name = new string('a', 4000);
        var entries = Enumerable.Range(0, 20_000).Select(i => FolderContent.Folder($"{name}{i:00000}")).ToArray();
        var listing = FolderListing.Of(entries).Bytes;
        Assert.True(listing.Length < 1 << 20);
        Assert.Equal(ListingFlaw.TooLong, FolderListing.TryDecode(listing, listing.Length, out _));
    }

    [Fact]
    public void Any_other_bytes_are_refused_or_have_one_form()
    {
        var whole = FolderListing.Of(
        [
            FolderContent.Folder("a"), FolderContent.File("a/b") with { Size = 3, Offset = 300 },
            FolderContent.Link("a/c", "b"),
        ]).Bytes.ToArray();
        for (var length = 0; length < whole.Length; length++)
            Assert.NotEqual(ListingFlaw.None, FolderListing.TryDecode(whole.AsMemory(0, length), Size, out _));
        for (var at = 0; at < whole.Length; at++)
        {
            foreach (var bit in Enumerable.Range(0, 8))
            {
                var changed = (byte[])whole.Clone();
                changed[at] ^= (byte)(1 << bit);
                if (FolderListing.TryDecode(changed, Size, out var read) != ListingFlaw.None) continue;
                Assert.Equal(changed, FolderListing.Of(read!.Entries).Bytes.ToArray());
            }
        }
    }

    private static void AssertFlaw(ListingFlaw flaw, FolderEntry[] entries)
    {
        Assert.Equal(flaw, FolderListing.TryDecode(FolderListing.Of(entries).Bytes, Size, out var listing));
        Assert.Null(listing);
    }
}
