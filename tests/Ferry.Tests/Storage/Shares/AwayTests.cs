using Ferry.Storage.Disk;
using Ferry.Storage.Shares;
using Xunit;

namespace Ferry.Tests.Storage.Shares;

/// <summary>A disk that is mounted at the shared folder, or in it, and is not at times.</summary>
public sealed class AwayTests
{
    [Theory]
    [InlineData("", "photos/2024/x.txt")]
    [InlineData("2024", "photos/2024/x.txt")]
    public async Task What_is_on_a_disk_that_is_not_mounted_is_kept_and_told(string at, string name)
    {
        await using var bench = new IndexBench();
        var mount = Path.Join(bench.Shared, at).TrimEnd('/');
        var disk = Disk(bench, mount);
        bench.Write("2024/x.txt", "x");
        bench.Options.Mounts.Remember(mount);
        await bench.Share();
        await bench.Settle();
        disk.Unmount();
        await bench.RescanAndSettle();
        var away = bench.Index.List().Single(file => file.Name == name);
        Assert.Equal(ShareState.Unreadable, away.State);
        Assert.Contains("is not mounted", away.Reason, StringComparison.Ordinal);
        Assert.Empty(bench.Index.Match("x.txt", null, 10, similar: true).Best);
        bench.Index.AddRoot(bench.Shared); // As at the next start of a node with --share.
        await bench.Restart();
        disk.Mount();
        await bench.RescanAndSettle();
        Assert.Equal("photos/2024/x.txt Ready", bench.Listing());
        Assert.Equal(0, bench.Index.FilesHashed);
    }

    [Fact]
    public async Task Request_for_a_file_whose_disk_has_just_gone_does_not_forget_it()
    {
        await using var bench = new IndexBench();
        var disk = Disk(bench, bench.Shared);
        var path = bench.Write("x.txt", "x");
        await bench.Share();
        await bench.Settle();
        var content = bench.ContentOf(path)!.Value;
        disk.Unmount();
        Assert.Null(bench.Index.Find(content));
        await bench.Settle();
        disk.Mount();
        await bench.RescanAndSettle();
        Assert.NotNull(bench.Index.Find(content));
        Assert.Equal(1, bench.Index.FilesHashed);
    }

    [Fact]
    public async Task Downloaded_file_is_offered_again_when_its_disk_is_back()
    {
        await using var bench = new IndexBench();
        var disk = Disk(bench, bench.Shared);
        var path = bench.Write("got.txt", "got it");
        bench.Options.Mounts.Remember(bench.Shared);
        var manifest = IndexBench.ManifestOf("got it");
        bench.Index.AddDownloaded(manifest, path, IndexBench.StampOf(path));
        disk.Unmount();
        await bench.RescanAndSettle();
        Assert.Null(bench.Index.Find(manifest.Id));
        disk.Mount();
        await bench.RescanAndSettle();
        Assert.NotNull(bench.Index.Find(manifest.Id));
    }

    [Fact]
    public async Task Folder_that_is_no_disk_any_more_is_what_it_is_when_its_user_shares_it_again()
    {
        await using var bench = new IndexBench();
        var disk = Disk(bench, bench.Shared);
        bench.Write("x.txt", "x");
        await bench.Share();
        await bench.Settle();
        disk.Unmount();
        bench.Write("y.txt", "y");
        await bench.RescanAndSettle();
        Assert.Equal("photos/x.txt Unreadable", bench.Listing());
        await bench.Share();
        await bench.Settle();
        Assert.Equal("photos/y.txt Ready", bench.Listing());
    }

    [Fact]
    public async Task Disk_that_does_not_answer_is_told_and_holds_up_no_other_share()
    {
        await using var bench = new IndexBench();
        var dead = Directory.CreateDirectory(Path.Combine(bench.Root, "dead")).FullName;
        using var answer = new ManualResetEventSlim();
        var asked = new TaskCompletionSource();
        bench.Options = bench.Options with
        {
            Mounts = new MountPoints(null, path =>
            {
                if (!path.StartsWith(dead, StringComparison.Ordinal)) return "/";
                asked.TrySetResult();
                answer.Wait();
                return "/";
            }),
        };
        File.WriteAllText(Path.Combine(dead, "late.txt"), "late");
        bench.Write("x.txt", "x");
        bench.Index.AddRoot(dead);
        var shared = bench.Index.AddRootAsync(dead, null, CancellationToken.None);
        await asked.Task.WaitAsync(Patience.Limit);
        Assert.Equal(1, (await bench.Share()).Files);
        bench.Time.Advance(TimeSpan.FromMinutes(1));
        var away = bench.Index.Progress().Single(share => share.Root == dead);
        Assert.Contains("has not answered for 60 s", Assert.Single(away.Troubles), StringComparison.Ordinal);
        answer.Set();
        await shared.WaitAsync(Patience.Limit);
        await bench.Settle();
        Assert.Equal("dead/late.txt Ready, photos/x.txt Ready", bench.Listing());
        Assert.All(bench.Index.Progress(), share => Assert.Empty(share.Troubles));
    }

    [Fact]
    public async Task Who_waits_for_a_share_is_told_when_it_is_unshared_meanwhile()
    {
        await using var bench = new IndexBench();
        using var answer = new ManualResetEventSlim();
        var asked = new TaskCompletionSource();
        bench.Options = bench.Options with
        {
            Mounts = new MountPoints(null, _ =>
            {
                asked.TrySetResult();
                answer.Wait();
                return "/";
            }),
        };
        bench.Write("x.txt", "x");
        bench.Index.AddRoot(bench.Shared);
        await asked.Task.WaitAsync(Patience.Limit);
        var shared = bench.Index.AddRootAsync(bench.Shared, null, CancellationToken.None);
        bench.Index.RemoveRoot(bench.Shared);
        var refused = await Assert.ThrowsAsync<ShareException>(() => shared.WaitAsync(Patience.Limit));
        Assert.Equal(ShareFailure.NotShared, refused.Failure);
        answer.Set();
        await bench.Settle();
        Assert.Empty(bench.Index.List());
    }

    private static FakeMount Disk(IndexBench bench, string mount)
    {
        var disk = new FakeMount(mount, Path.Combine(bench.Root, "aside"));
        bench.Options = bench.Options with { Mounts = new MountPoints(null, disk.PointOf) };
        Directory.CreateDirectory(mount);
        return disk;
    }

    /// <summary>Unmounted, the folder is there and empty.</summary>
    private sealed class FakeMount(string path, string aside)
    {
        private volatile bool _isMounted = true;

        internal string PointOf(string at) =>
            _isMounted && (at + "/").StartsWith(path + "/", StringComparison.Ordinal) ? path : "/";

        internal void Unmount()
        {
            _isMounted = false;
            Directory.Move(path, aside);
            Directory.CreateDirectory(path);
        }

        internal void Mount()
        {
            Directory.Delete(path, recursive: true);
            Directory.Move(aside, path);
            _isMounted = true;
        }
    }
}
