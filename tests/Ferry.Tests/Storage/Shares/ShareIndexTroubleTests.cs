using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Ferry.Storage.Shares;
using Xunit;

namespace Ferry.Tests.Storage.Shares;

public sealed class ShareIndexTroubleTests
{
    [Fact]
    public async Task Path_that_does_not_exist_is_refused_by_name()
    {
        await using var bench = new IndexBench();
        var refused = Assert.Throws<ShareException>(() => bench.Index.AddRoot(Path.Combine(bench.Root, "nowhere")));
        Assert.Equal(ShareFailure.NotFound, refused.Failure);
        Assert.Contains("nowhere", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Home_that_cannot_hold_the_index_is_refused_by_name()
    {
        await using var bench = new IndexBench();
        Directory.CreateDirectory(Path.Combine(bench.Home, "index.db"));
        var refused = Assert.Throws<ShareException>(() => bench.Index);
        Assert.Contains("index.db", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unsharing_what_is_not_shared_is_refused()
    {
        await using var bench = new IndexBench();
        var refused = Assert.Throws<ShareException>(() => bench.Index.RemoveRoot(bench.Shared));
        Assert.Equal(ShareFailure.NotShared, refused.Failure);
    }

    [Fact]
    public async Task Home_with_its_key_cannot_be_shared_by_any_path()
    {
        await using var bench = new IndexBench();
        var key = Path.Combine(bench.Home, "node.key");
        File.WriteAllText(key, "secret");
        var detour = Path.Combine(bench.Root, "detour");
        Directory.CreateSymbolicLink(detour, bench.Home);
        foreach (var path in new[] { bench.Home, key, detour, Path.Combine(detour, "node.key") })
        {
            var refused = Assert.Throws<ShareException>(() => bench.Index.AddRoot(path));
            Assert.Equal(ShareFailure.NotAllowed, refused.Failure);
        }
        bench.Write("x.txt", "x");
        bench.Index.AddRoot(bench.Root);
        await bench.Settle();
        Assert.Equal("x.txt", Path.GetFileName(Assert.Single(bench.Index.List()).Name));
    }

    [Fact]
    public async Task Downloads_in_the_home_can_be_shared_without_what_is_partial()
    {
        await using var bench = new IndexBench();
        var downloads = Directory.CreateDirectory(Path.Combine(bench.Home, "downloads")).FullName;
        File.WriteAllText(Path.Combine(downloads, "done.txt"), "done");
        File.WriteAllText(Path.Combine(downloads, "half.txt.part"), "half");
        bench.Write("mine.part", "a name like any other, elsewhere");
        bench.Index.AddRoot(downloads);
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        Assert.Equal("downloads/done.txt Ready, photos/mine.part Ready", bench.Listing());
    }

    [Fact]
    public async Task Symbolic_links_inside_are_left_out()
    {
        await using var bench = new IndexBench();
        using var outside = new TemporaryFolder();
        var secret = outside.Write("secret.txt", "secret");
        bench.Write("x.txt", "x");
        File.CreateSymbolicLink(Path.Combine(bench.Shared, "file-link"), secret);
        Directory.CreateSymbolicLink(Path.Combine(bench.Shared, "folder-link"), outside.Path);
        Directory.CreateSymbolicLink(Path.Combine(bench.Shared, "circle"), bench.Shared);
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        Assert.Equal("photos/x.txt Ready", bench.Listing());
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Unreadable_file_is_listed_and_offered_as_soon_as_it_can_be_read()
    {
        Assert.SkipWhen(Environment.UserName == "root", "everything is readable to root");
        await using var bench = new IndexBench();
        var path = bench.Write("x.txt", "x");
        File.SetUnixFileMode(path, UnixFileMode.None);
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        Assert.Equal("photos/x.txt Unreadable", bench.Listing());
        Assert.Equal(1, Assert.Single(bench.Index.Progress()).Unreadable);
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        await bench.RescanAndSettle();
        Assert.Equal("photos/x.txt Ready", bench.Listing());
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Unreadable_folder_is_listed_and_the_rest_is_offered()
    {
        Assert.SkipWhen(Environment.UserName == "root", "everything is readable to root");
        await using var bench = new IndexBench();
        bench.Write("x.txt", "x");
        var folder = Path.GetDirectoryName(bench.Write("closed/y.txt", "y"))!;
        File.SetUnixFileMode(folder, UnixFileMode.None);
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        var listing = bench.Listing();
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Equal("photos/closed Unreadable, photos/x.txt Ready", listing);
    }

    [Fact]
    public async Task File_too_large_to_be_sent_is_listed_with_the_reason()
    {
        await using var bench = new IndexBench();
        var path = bench.Write("huge.bin", "");
        Assert.SkipUnless(TrySetLength(path, (1L << 40) + 1), "no sparse files of more than 1 TiB here");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        var file = Assert.Single(bench.Index.List());
        Assert.Equal(ShareState.Unreadable, file.State);
        Assert.Contains("larger than", file.Reason, StringComparison.Ordinal);
        Assert.Equal(file.Reason, Assert.Single(Assert.Single(bench.Index.Progress()).Troubles));
        Assert.Equal(file.Reason, Assert.Single(bench.Warnings));
    }

    [Fact]
    public async Task Name_that_is_not_utf8_is_told_with_what_to_do()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "names are bytes on Linux only");
        await using var bench = new IndexBench();
        async Task Run(string script)
        {
            using var shell = Process.Start("sh", ["-c", script, bench.Shared]);
            await shell.WaitForExitAsync();
        }

        await Run("touch \"$0/$(printf 'caf\\351')\"");
        await bench.Share();
        var file = Assert.Single(bench.Index.List());
        await Run("rm \"$0\"/caf*"); // The framework cannot name it.
        Assert.Equal(ShareState.Unreadable, file.State);
        Assert.Contains("not UTF-8", file.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reasons_are_logged_but_do_not_flood_the_log()
    {
        await using var bench = new IndexBench();
        using var key = ECDsa.Create();
        var pem = key.ExportPkcs8PrivateKeyPem();
        for (var i = 0; i < 50; i++) bench.Write($"{i:00}.pem", pem);
        await bench.Share();
        await bench.Settle();
        await bench.RescanAndSettle();
        Assert.Equal(21, bench.Warnings.Count);
        var share = Assert.Single(bench.Index.Progress());
        Assert.Equal((50, 3), (share.Unreadable, share.Troubles.Count));
    }

    [Fact]
    public async Task More_files_than_the_limit_are_left_out_and_said()
    {
        await using var bench = new IndexBench();
        bench.Options = bench.Options with { FilesMax = 5 };
        for (var i = 0; i < 9; i++) bench.Write($"{i}.txt", $"{i}");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        Assert.Equal(5, bench.Index.List().Count());
        Assert.Contains("more than 5 files", Assert.Single(bench.Warnings), StringComparison.Ordinal);
        var share = Assert.Single(bench.Index.Progress());
        Assert.Equal(4, share.LeftOut[LeftOutKind.Excess]);
        Assert.Contains("more than 5 files", Assert.Single(share.Troubles), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(192L << 20, 629_145)]
    [InlineData(4L << 30, 1_000_000)]
    [InlineData(0, 1)]
    public void Little_memory_takes_fewer_files(long bytes, int files) =>
        Assert.Equal(files, ShareIndexOptions.FilesWithin(bytes));

    [Fact]
    public async Task Index_of_a_run_with_more_memory_is_read_up_to_the_limit()
    {
        await using var bench = new IndexBench();
        for (var i = 0; i < 9; i++) bench.Write($"{i}.txt", $"{i}");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        bench.Options = bench.Options with { FilesMax = 5 };
        await bench.Restart();
        Assert.Equal(5, bench.Index.List().Count());
        Assert.Equal(4, Assert.Single(bench.Index.Progress()).LeftOut[LeftOutKind.Excess]);
    }

    [Fact]
    public async Task Thousands_of_files_of_one_content_come_and_go()
    {
        await using var bench = new IndexBench();
        for (var i = 0; i < 3000; i++) bench.Write($"{i:0000}.keep", "");
        bench.Index.AddRoot(bench.Shared);
        await bench.Settle();
        var content = IndexBench.ManifestOf("").Id;
        for (var i = 1; i < 3000; i++) File.Delete(Path.Combine(bench.Shared, $"{i:0000}.keep"));
        await bench.RescanAndSettle();
        Assert.EndsWith("0000.keep", bench.Index.Find(content)!.Path, StringComparison.Ordinal);
        File.Delete(Path.Combine(bench.Shared, "0000.keep"));
        await bench.RescanAndSettle();
        Assert.Null(bench.Index.Find(content));
    }

    [Fact]
    public async Task Disposed_in_the_middle_of_hashing_it_ends_well_and_goes_on_at_the_next_start()
    {
        await using var bench = new IndexBench();
        for (var i = 0; i < 300; i++) bench.Write($"{i}.txt", $"{i}");
        bench.Index.AddRoot(bench.Shared);
        var index = bench.Index;
        await index.DisposeAsync();
        Assert.True(index.Completion.IsCompletedSuccessfully);
        await bench.Restart();
        Assert.Equal(300, bench.Index.List().Count(file => file.State == ShareState.Ready));
    }

    private static bool TrySetLength(string path, long length)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.SetLength(file, length);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
