using System.Runtime.Versioning;
using Ferry.Storage.Shares;
using Xunit;

namespace Ferry.Tests.Storage.Shares;

public sealed class ShareIndexChangeTests
{
    [Fact]
    public async Task Changed_file_is_hashed_again_and_the_old_content_is_gone()
    {
        await using var bench = new IndexBench();
        var path = bench.Write("x.txt", "old");
        bench.Write("still.txt", "still");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        var old = bench.ContentOf(path)!.Value;
        File.WriteAllText(path, "new and longer");
        Assert.Null(bench.Index.Find(old));
        await bench.Settle();
        Assert.Equal(IndexBench.ManifestOf("new and longer").Id, bench.ContentOf(path));
        Assert.Equal(3, bench.Index.FilesHashed);
    }

    [Fact]
    public async Task File_changed_while_the_node_was_away_is_hashed_again_alone()
    {
        await using var bench = new IndexBench();
        var path = bench.Write("x.txt", "old");
        bench.Write("still.txt", "still");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        await bench.Index.DisposeAsync();
        File.WriteAllText(path, "new and longer");
        await bench.Restart();
        Assert.Equal(IndexBench.ManifestOf("new and longer").Id, bench.ContentOf(path));
        Assert.Equal(1, bench.Index.FilesHashed);
    }

    [Theory]
    [InlineData("same", true)]
    [InlineData("else", false)]
    public async Task Content_of_a_touched_file_is_in_doubt_until_it_is_hashed_again(string text, bool isThere)
    {
        await using var bench = new IndexBench();
        var path = bench.Write("x.txt", "same");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        var content = bench.ContentOf(path)!.Value;
        File.Delete(path);
        bench.Write("x.txt", text);
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        Assert.Null(bench.Index.Find(content));
        Assert.True(bench.Index.IsInDoubt(content));
        await bench.Settle();
        Assert.Equal(isThere, bench.Index.IsInDoubt(content));
        Assert.Equal(isThere, bench.Index.Find(content) is not null);
    }

    [Fact]
    public async Task Bytes_that_change_behind_the_time_of_modification_are_noticed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no time of change there");
        await using var bench = new IndexBench();
        var path = bench.Write("disk.img", "old");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        var (old, modified) = (bench.ContentOf(path)!.Value, File.GetLastWriteTimeUtc(path));
        var before = IndexBench.StampOf(path);
        while (IndexBench.StampOf(path) == before) // The system's clock has ticks of some milliseconds.
        {
            await File.WriteAllTextAsync(path, "new");
            File.SetLastWriteTimeUtc(path, modified);
        }
        await bench.RescanAndSettle();
        Assert.Equal(IndexBench.ManifestOf("new").Id, bench.ContentOf(path));
        Assert.Null(bench.Index.Find(old));
        await bench.Restart();
        Assert.Equal(0, bench.Index.FilesHashed);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Changed_mode_costs_a_look_and_the_file_is_offered_meanwhile()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no modes there");
        await using var bench = new IndexBench();
        var path = bench.Write("x.txt", "x");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        var (content, hashed) = (bench.ContentOf(path)!.Value, bench.Index.FilesHashed);
        var withdrawn = 0;
        bench.Index.Updated += (_, _) => withdrawn += bench.Index.Find(content) is null ? 1 : 0;
        var before = IndexBench.StampOf(path);
        while (IndexBench.StampOf(path) == before) File.SetUnixFileMode(path, UnixFileMode.UserRead);
        Assert.NotNull(bench.Index.Find(content));
        await bench.Settle();
        Assert.Equal((hashed + 1, 0), (bench.Index.FilesHashed, withdrawn));
        Assert.Equal(IndexBench.StampOf(path), bench.Index.Find(content)!.Stamp);
    }

    [Fact]
    public async Task Doubted_file_is_looked_at_again_but_not_as_often_as_others_like()
    {
        await using var bench = new IndexBench();
        var path = bench.Write("x.txt", "x");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        var content = bench.ContentOf(path)!.Value;
        for (var i = 0; i < 5; i++)
        {
            bench.Index.Doubt(content);
            Assert.NotNull(bench.Index.Find(content));
            await bench.Settle();
        }
        Assert.Equal(2, bench.Index.FilesHashed);
        bench.Time.Advance(TimeSpan.FromMinutes(11));
        bench.Index.Doubt(content);
        await bench.Settle();
        Assert.Equal(3, bench.Index.FilesHashed);
    }

    [Fact]
    public async Task Marked_file_is_not_offered_until_hashed_again()
    {
        await using var bench = new IndexBench();
        var path = bench.Write("x.txt", "x");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        var content = bench.ContentOf(path)!.Value;
        bench.Index.MarkChanged(content);
        await bench.Settle();
        Assert.Equal(2, bench.Index.FilesHashed);
        Assert.NotNull(bench.Index.Find(content));
    }

    [Fact]
    public async Task Rescan_finds_what_came_and_what_went()
    {
        await using var bench = new IndexBench();
        var gone = bench.Write("folder/gone.txt", "gone");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        Directory.Delete(Path.GetDirectoryName(gone)!, recursive: true);
        bench.Write("come.txt", "come");
        bench.Time.Advance(bench.Options.RescanEvery);
        await bench.Settle();
        Assert.Equal("photos/come.txt Ready", bench.Listing());
    }

    [Fact]
    public async Task Share_that_comes_back_is_offered_without_hashing()
    {
        await using var bench = new IndexBench();
        bench.Write("x.txt", "x");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        Directory.Move(bench.Shared, bench.Shared + "-away");
        await bench.RescanAndSettle();
        Assert.Equal("photos/x.txt Unreadable", bench.Listing());
        Assert.Empty(bench.Index.Match("x.txt", null, 10, similar: true).Best);
        Assert.Contains("bring it back", Assert.Single(bench.Index.List()).Reason, StringComparison.Ordinal);
        await bench.Restart();
        Directory.Move(bench.Shared + "-away", bench.Shared);
        await bench.RescanAndSettle();
        Assert.Equal("photos/x.txt Ready", bench.Listing());
        Assert.Equal(0, bench.Index.FilesHashed);
    }

    [Fact]
    public async Task Changes_are_watched()
    {
        await using var bench = new IndexBench();
        var path = bench.Write("x.txt", "old");
        bench.Options = bench.Options with { WatchersMax = 8, WatchDelay = TimeSpan.FromMilliseconds(1) };
        await using var index = ShareIndex.Open(bench.Options, TimeProvider.System, bench.Warnings.Enqueue);
        using var watched = new WatchedIndex(index);
        index.AddRoot(bench.Shared);
        await watched.Until(() => watched.Ready() == "photos/x.txt");
        bench.Write("folder/deeper/new.txt", "new");
        await watched.Until(() => watched.Ready() == "photos/folder/deeper/new.txt photos/x.txt");
        File.WriteAllText(path, "changed");
        await watched.Until(() => index.Find(IndexBench.ManifestOf("changed").Id) is not null);
        Directory.Move(Path.Combine(bench.Shared, "folder"), Path.Combine(bench.Shared, "renamed"));
        await watched.Until(() => watched.Ready() == "photos/renamed/deeper/new.txt photos/x.txt");
        File.Delete(path);
        await watched.Until(() => watched.Ready() == "photos/renamed/deeper/new.txt");
        Assert.Empty(bench.Warnings);
    }

    [Fact]
    public async Task Single_shared_file_is_watched()
    {
        await using var bench = new IndexBench();
        var path = bench.Write("x.txt", "old");
        bench.Options = bench.Options with { WatchersMax = 8, WatchDelay = TimeSpan.FromMilliseconds(1) };
        await using var index = ShareIndex.Open(bench.Options, TimeProvider.System, bench.Warnings.Enqueue);
        using var watched = new WatchedIndex(index);
        index.AddRoot(path);
        await watched.Until(() => watched.Ready() == "x.txt");
        File.WriteAllText(path, "changed");
        await watched.Until(() => index.Find(IndexBench.ManifestOf("changed").Id) is not null);
    }

    [Fact]
    public void File_that_changes_while_hashed_is_told()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("big.bin", new string('b', 300_000));
        var stamp = IndexBench.StampOf(path);
        var outcome = new FileHasher().Hash(path, stamp, _ => File.AppendAllText(path, "more"), CancellationToken.None);
        Assert.IsType<HashOutcome.Changed>(outcome);
    }

    [Fact]
    public void File_that_shrinks_while_hashed_is_told()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("big.bin", new string('b', 300_000));
        var stamp = IndexBench.StampOf(path);
        var outcome = new FileHasher().Hash(path, stamp, _ => File.WriteAllText(path, ""), CancellationToken.None);
        Assert.IsType<HashOutcome.Changed>(outcome);
    }

    [Fact]
    public void File_that_goes_before_it_is_hashed_is_told()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("x.txt", "x");
        var stamp = IndexBench.StampOf(path);
        File.Delete(path);
        Assert.IsType<HashOutcome.Gone>(new FileHasher().Hash(path, stamp, _ => { }, CancellationToken.None));
    }

    [Fact]
    public async Task File_that_grows_while_it_is_indexed_ends_up_with_its_last_content()
    {
        await using var bench = new IndexBench();
        var path = bench.Write("log.txt", "");
        bench.Index.AddRoot(bench.Shared);
        var calm = bench.Time.Armed;
        for (var i = 0; i < 200; i++)
        {
            File.AppendAllText(path, new string('l', 1000));
            bench.Index.Rescan();
        }
        bench.Index.Rescan();
        var idle = bench.Index.WhenIdle(CancellationToken.None);
        while (!idle.IsCompleted)
        {
            // The index waits before it hashes a file again that has just changed.
            Assert.True(SpinWait.SpinUntil(() => idle.IsCompleted || bench.Time.Armed > calm, Patience.Limit));
            if (!idle.IsCompleted) bench.Time.Advance(HashPace.WaitMax);
        }
        await idle;
        Assert.Equal("photos/log.txt Ready", bench.Listing());
        var source = bench.Index.Find(bench.ContentOf(path)!.Value)!;
        Assert.Equal(200_000, source.Manifest.Layout.ContentBytes);
    }
}
