using Ferry.Protocol.Content;
using Ferry.Storage.Shares;
using Xunit;

namespace Ferry.Tests.Storage.Shares;

public sealed class ShareIndexTests
{
    [Fact]
    public async Task Folder_offers_every_file_below_it_under_its_own_name()
    {
        await using var bench = new IndexBench();
        bench.Write("x.jpg", "x");
        bench.Write("2024/may/y.jpg", "y");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        Assert.Equal("photos/2024/may/y.jpg Ready, photos/x.jpg Ready", bench.Listing());
    }

    [Fact]
    public async Task File_is_offered_under_its_file_name()
    {
        await using var bench = new IndexBench();
        bench.Index.AddRoot(bench.Write("x.jpg", "x"));
        await bench.Settle();
        Assert.Equal("x.jpg Ready", bench.Listing());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65536)]
    [InlineData(65537)]
    [InlineData(3_000_000)]
    public async Task Content_is_what_its_manifest_says(int size)
    {
        await using var bench = new IndexBench();
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        var path = Path.Combine(bench.Shared, "file.bin");
        await File.WriteAllBytesAsync(path, bytes);
        bench.Index.AddRoot(path);
        await bench.Settle();
        var source = bench.Index.Find(bench.ContentOf(path)!.Value)!;
        Assert.Equal((path, "file.bin", IndexBench.StampOf(path)), (source.Path, source.Name, source.Stamp));
        Assert.Equal(ChunkLayout.For(size), source.Manifest.Layout);
        for (var chunk = 0; chunk < source.Manifest.Layout.ChunkCount; chunk++)
        {
            var layout = source.Manifest.Layout;
            var part = bytes.AsSpan((int)layout.OffsetOf(chunk), layout.LengthOf(chunk));
            Assert.True(source.Manifest.Verify(chunk, part));
        }
    }

    [Fact]
    public async Task Match_says_what_is_held()
    {
        await using var bench = new IndexBench();
        bench.Write("big.bin", new string('b', 200_000));
        bench.Write("empty.bin", "");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        var big = Assert.Single(bench.Index.Match("big.bin", null, 10, similar: true).Best);
        Assert.Equal((200_000L, "photos/big.bin"), (big.Size, big.Name));
        Assert.Equal([new ChunkRange(0, 4)], big.Held);
        Assert.Empty(Assert.Single(bench.Index.Match("empty.bin", null, 10, similar: true).Best).Held);
        var found = Assert.Single(bench.Index.Match("ignored", big.Content, 10, similar: true).Best);
        Assert.Equal(big.Content, found.Content);
    }

    [Fact]
    public async Task Match_gives_the_best_first_each_name_once_and_no_more_than_asked_for()
    {
        await using var bench = new IndexBench();
        bench.Write("a/song.flac", "one");
        bench.Write("b/Song.flac", "two");
        bench.Write("c/song.flac", "two");
        bench.Write("my song.flac", "three");
        bench.Write("sonk.flac", "four");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        Assert.Equal(
            ["photos/a/song.flac", "photos/c/song.flac", "photos/b/Song.flac", "photos/my song.flac"],
            bench.Index.Match("song.flac", null, 10, similar: true).Best.Select(match => match.Name));
        Assert.Equal(4, bench.Index.Match("song.flac", null, 1, similar: true).Fitting);
        var only = Assert.Single(bench.Index.Match("song.flac", null, 1, similar: true).Best);
        Assert.Equal("photos/a/song.flac", only.Name);
        Assert.Empty(bench.Index.Match("song.flac", null, 0, similar: true).Best);
        Assert.Equal("photos/sonk.flac", bench.Index.Match("sonkk.flac", null, 10, similar: true).Best[0].Name);
    }

    [Fact]
    public async Task Second_start_hashes_nothing_and_offers_everything_at_once()
    {
        await using var bench = new IndexBench();
        for (var i = 0; i < 2500; i++) bench.Write($"{i % 50}/file-{i:d4}.bin", $"content {i}");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        Assert.Equal(2500, bench.Index.FilesHashed);
        var content = bench.ContentOf(Path.Combine(bench.Shared, "7/file-1007.bin"))!.Value;
        await bench.Restart();
        Assert.Equal(0, bench.Index.FilesHashed);
        var bytes = Enumerable.Range(0, 2500).Sum(i => $"content {i}".Length);
        var progress = Assert.Single(bench.Index.Progress());
        Assert.Equal((2500, bytes, 2500, bytes, 0),
            (progress.Files, progress.Bytes, progress.FilesHashed, progress.BytesHashed, progress.Unreadable));
        Assert.NotNull(bench.Index.Find(content));
    }

    [Fact]
    public async Task Names_of_255_bytes_and_of_all_scripts_are_found()
    {
        await using var bench = new IndexBench();
        var longest = new string('n', 251) + ".bin";
        string[] names = [longest, "журнал 2024.txt", "写真.jpg", "emoji 😀.txt", "line\nbreak.txt"];
        foreach (var name in names) bench.Write(name, name);
        bench.Index.AddRoot(bench.Shared);
        await bench.Restart();
        Assert.Equal("photos/" + longest, Assert.Single(bench.Index.Match(longest, null, 10, similar: true).Best).Name);
        Assert.Single(bench.Index.Match("ЖУРНАЛ*", null, 10, similar: true).Best);
        Assert.Single(bench.Index.Match("写真", null, 10, similar: true).Best);
        Assert.Single(bench.Index.Match("emoji ?.txt", null, 10, similar: true).Best);
        Assert.Single(bench.Index.Match("line\nbreak.txt", null, 10, similar: true).Best);
    }

    [Fact]
    public async Task Same_content_twice_is_found_while_one_file_is_left()
    {
        await using var bench = new IndexBench();
        var one = bench.Write("one.txt", "same");
        var two = bench.Write("two.txt", "same");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        var content = bench.ContentOf(one)!.Value;
        Assert.Equal(content, bench.ContentOf(two));
        File.Delete(one);
        Assert.Equal(two, bench.Index.Find(content)!.Path);
        await bench.Settle();
        Assert.Equal("photos/two.txt Ready", bench.Listing());
        File.Delete(two);
        Assert.Null(bench.Index.Find(content));
    }

    [Fact]
    public async Task Unshared_is_offered_no_more_not_even_after_a_restart()
    {
        await using var bench = new IndexBench();
        var path = bench.Write("x.txt", "x");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        var content = bench.ContentOf(path)!.Value;
        bench.Index.RemoveRoot(bench.Shared + Path.DirectorySeparatorChar);
        Assert.Null(bench.Index.Find(content));
        Assert.Empty(bench.Index.Match("x.txt", null, 10, similar: true).Best);
        await bench.Restart();
        Assert.Equal("", bench.Listing());
        Assert.Empty(bench.Index.Progress());
    }

    [Fact]
    public async Task Folder_shared_with_a_folder_in_it_is_hashed_once_and_unshared_apart()
    {
        await using var bench = new IndexBench();
        var path = bench.Write("2024/x.txt", "x");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        bench.Index.AddRoot(Path.GetDirectoryName(path)!);
        await bench.Settle();
        Assert.Equal("photos/2024/x.txt Ready, 2024/x.txt Ready", bench.Listing());
        Assert.Equal(1, bench.Index.FilesHashed);
        bench.Index.RemoveRoot(bench.Shared);
        Assert.Equal("2024/x.txt Ready", bench.Listing());
    }

    [Fact]
    public async Task Downloaded_file_is_offered_without_hashing_until_unshared()
    {
        await using var bench = new IndexBench();
        var path = bench.Write("got.txt", "got it");
        var manifest = IndexBench.ManifestOf("got it");
        bench.Index.AddDownloaded(manifest, path, IndexBench.StampOf(path));
        Assert.Equal(path, bench.Index.Find(manifest.Id)!.Path);
        await bench.Restart();
        Assert.Equal(manifest.Leaves.ToArray(), bench.Index.Find(manifest.Id)!.Manifest.Leaves.ToArray());
        Assert.True(Assert.Single(bench.Index.List()).IsDownloaded);
        Assert.Equal(0, bench.Index.FilesHashed);
        bench.Index.RemoveRoot(path);
        Assert.Null(bench.Index.Find(manifest.Id));
    }

    [Fact]
    public async Task Downloaded_file_that_its_user_has_edited_is_not_offered()
    {
        await using var bench = new IndexBench();
        var path = bench.Write("got.txt", "got it");
        bench.Index.AddDownloaded(IndexBench.ManifestOf("got it"), path, IndexBench.StampOf(path));
        File.WriteAllText(path, "private notes");
        await bench.RescanAndSettle();
        Assert.Equal("", bench.Listing());
    }

    [Fact]
    public async Task Downloaded_file_that_was_only_touched_is_offered_again()
    {
        await using var bench = new IndexBench();
        var path = bench.Write("got.txt", "got it");
        var manifest = IndexBench.ManifestOf("got it");
        bench.Index.AddDownloaded(manifest, path, IndexBench.StampOf(path));
        File.SetLastWriteTimeUtc(path, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await bench.RescanAndSettle();
        Assert.NotNull(bench.Index.Find(manifest.Id));
    }
}
