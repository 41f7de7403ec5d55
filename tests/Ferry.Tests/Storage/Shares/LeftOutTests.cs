using System.Diagnostics;
using Ferry.Storage.Shares;
using Xunit;

namespace Ferry.Tests.Storage.Shares;

public sealed class LeftOutTests
{
    [Fact]
    public async Task Hidden_files_and_folders_are_offered_only_when_asked_for()
    {
        await using var bench = new IndexBench();
        bench.Write("x.txt", "x");
        bench.Write(".ssh/id_rsa", "secret");
        bench.Write("2024/.thumbs/y.jpg", "y");
        bench.Write("2024/.nomedia", "");
        var plain = await bench.Share();
        Assert.Equal((1, 3), (plain.Files, plain.LeftOut[LeftOutKind.Hidden]));
        await bench.Settle();
        Assert.Equal("photos/x.txt Ready", bench.Listing());
        var all = await bench.Share(hidden: true);
        Assert.Equal((4, 0), (all.Files, all.LeftOut[LeftOutKind.Hidden]));
        await bench.Settle();
        bench.Index.AddRoot(bench.Shared); // As at the next start of a node with --share.
        await bench.Restart();
        Assert.Equal(4, bench.Index.List().Count());
        await bench.Share(hidden: false);
        Assert.Equal("photos/x.txt Ready", bench.Listing());
    }

    [Fact]
    public async Task Hidden_folder_that_is_named_is_offered_without_what_is_hidden_in_it()
    {
        await using var bench = new IndexBench();
        bench.Write(".config/app/settings", "s");
        bench.Write(".config/.cache/c", "c");
        bench.Index.AddRoot(Path.Combine(bench.Shared, ".config"));
        bench.Index.AddRoot(bench.Write(".profile", "p"));
        await bench.Settle();
        Assert.Equal(".config/app/settings Ready, .profile Ready", bench.Listing());
    }

    [Theory]
    [InlineData("node.key")]
    [InlineData("NODE.KEY")]
    [InlineData("node.key~")]
    [InlineData("node.key.bak")]
    public async Task Folder_with_the_key_of_any_node_is_never_offered(string key)
    {
        await using var bench = new IndexBench();
        bench.Write("x.txt", "x");
        bench.Write($"backup/boat/{key}", "key");
        bench.Write("backup/boat/downloads/y.txt", "y");
        var shared = await bench.Share(hidden: true);
        Assert.Equal((1, 1), (shared.Files, shared.LeftOut[LeftOutKind.KeyFolder]));
        await bench.Settle();
        Assert.Equal("photos/x.txt Ready", bench.Listing());
    }

    [Fact]
    public async Task Key_and_its_folder_are_refused_by_name()
    {
        await using var bench = new IndexBench();
        var key = bench.Write("node.key", "key");
        var inside = Path.GetDirectoryName(bench.Write("downloads/y.txt", "y"))!;
        foreach (var path in new[] { key, bench.Shared })
        {
            var refused = Assert.Throws<ShareException>(() => bench.Index.AddRoot(path));
            Assert.Equal(ShareFailure.NotAllowed, refused.Failure);
            Assert.Contains("key of a node", refused.Message, StringComparison.Ordinal);
        }
        bench.Index.AddRoot(inside);
        await bench.Settle();
        Assert.Equal("downloads/y.txt Ready", bench.Listing());
    }

    [Fact]
    public async Task Key_that_comes_later_withdraws_its_folder_and_one_in_the_share_itself_is_told()
    {
        await using var bench = new IndexBench();
        var x = bench.Write("x.txt", "x");
        bench.Write("boat/y.txt", "y");
        await bench.Share();
        await bench.Settle();
        bench.Write("boat/node.key", "key");
        await bench.RescanAndSettle();
        Assert.Equal("photos/x.txt Ready", bench.Listing());
        var content = bench.ContentOf(x)!.Value;
        bench.Write("node.key", "key");
        await bench.RescanAndSettle();
        Assert.Null(bench.Index.Find(content));
        Assert.Contains("key of a node", Assert.Single(bench.Index.List()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_under_another_name_is_known_by_its_bytes()
    {
        await using var bench = new IndexBench();
        using var key = System.Security.Cryptography.ECDsa.Create();
        bench.Write("old identity.txt", key.ExportPkcs8PrivateKeyPem());
        bench.Write("note.txt", "-----BEGIN PRIVATE KEYBOARD-----");
        await bench.Share();
        await bench.Settle();
        Assert.Equal("photos/note.txt Ready, photos/old identity.txt Unreadable", bench.Listing());
        Assert.Contains("private key", bench.Index.List().ElementAt(1).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_and_what_is_no_file_are_counted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no pipes among files there");
        await using var bench = new IndexBench();
        var x = bench.Write("x.txt", "x");
        File.CreateSymbolicLink(Path.Combine(bench.Shared, "link"), x);
        File.CreateSymbolicLink(Path.Combine(bench.Shared, "circle"), bench.Shared);
        using (var made = Process.Start("mkfifo", [Path.Combine(bench.Shared, "pipe")])) await made.WaitForExitAsync();
        var shared = await bench.Share();
        Assert.Equal(
            (1, 2, 1), (shared.Files, shared.LeftOut[LeftOutKind.Link], shared.LeftOut[LeftOutKind.Special]));
    }

    [Fact]
    public async Task Watched_change_of_what_is_left_out_offers_nothing()
    {
        await using var bench = new IndexBench();
        bench.Write("x.txt", "x");
        bench.Options = bench.Options with { WatchersMax = 8, WatchDelay = TimeSpan.FromMilliseconds(1) };
        await using var index = ShareIndex.Open(bench.Options, TimeProvider.System, bench.Warnings.Enqueue);
        using var watched = new WatchedIndex(index);
        index.AddRoot(bench.Shared);
        await watched.Until(() => watched.Ready() == "photos/x.txt");
        bench.Write(".hidden/secret.txt", "secret");
        bench.Write("y.txt", "y");
        await watched.Until(() => watched.Ready() == "photos/x.txt photos/y.txt");
    }
}
