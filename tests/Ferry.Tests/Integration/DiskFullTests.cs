using Ferry.Runtime;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>A disk without room pauses a download, says why, and lets it go on by itself when there is room.</summary>
[Trait("Category", "Root")]
public sealed class DiskFullTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_full_disk_pauses_a_download_until_there_is_room()
    {
        await using var disk = await SmallDisk.MountAsync(_folder.NewFolder("disk"), megabytes: 16);
        var ballast = Contents.Write(Path.Combine(disk.Path, "ballast"), 10 << 20);
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var source = Contents.Write(_folder["big.bin"], 12 << 20);
        await holder.ShareAsync(source);
        await using var requester = await TestNode.StartAsync(
            _folder, "requester", "--join", holder.Address, "--downloads", disk.Path);
        await requester.WaitForPeersAsync(1);

        await using var run = requester.Request("big.bin");
        var paused = await run.WaitForAsync("a pause", item => item.IsEvent("paused"));
        Assert.Contains(disk.Path, paused.Text("reason"), StringComparison.Ordinal);
        var waiting = Assert.Single(await requester.TransfersAsync());
        Assert.Equal((TransferPhase.Paused, paused.Text("reason")), (waiting.State, waiting.Reason));
        File.Delete(ballast);
        var completed = await run.CompleteAsync();

        Contents.AssertSame(source, completed.Text("path"));
        await requester.WaitForNoTransfersAsync();
    }

    [Fact]
    public async Task A_download_leaves_the_room_that_it_is_told_to_and_waits_for_more()
    {
        await using var disk = await SmallDisk.MountAsync(_folder.NewFolder("disk"), megabytes: 16);
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var source = Contents.Write(_folder["big.bin"], 12 << 20);
        await holder.ShareAsync(source);
        await using var requester = await TestNode.StartAsync(
            _folder, "requester", "--join", holder.Address, "--downloads", disk.Path, "--keep-free", "6MB");
        await requester.WaitForPeersAsync(1);

        await using var run = requester.Request("big.bin");
        var reason = (await run.WaitForAsync("a pause", item => item.IsEvent("paused"))).Text("reason");
        Assert.Contains($"{disk.Path} has no room for 12.6 MB more: 16.8 MB are free", reason,
            StringComparison.Ordinal);
        Assert.Contains("--keep-free", reason, StringComparison.Ordinal);
        Assert.InRange(new DriveInfo(disk.Path).AvailableFreeSpace, 15 << 20, 16 << 20);
        await disk.ResizeAsync(megabytes: 24);
        Contents.AssertSame(source, (await run.CompleteAsync()).Text("path"));
        await requester.WaitForNoTransfersAsync();
    }

    [Fact]
    public async Task A_log_that_cannot_grow_pauses_a_download_also_over_a_crash()
    {
        // Slow enough for the log, which has a record for each commit, to need more room than the disk gives it at a
        // time.
        await using var lab = await NetworkLab.UpAsync("line holder asker rate=10mbit");
        await using var home = await SmallDisk.MountAsync(lab.Folder.NewFolder("asker"), megabytes: 2);
        var holder = await lab.StartAsync("holder");
        var source = Contents.Write(lab.Folder["big.bin"], 24 << 20);
        await holder.ShareAsync(source);
        lab.NodeOptions = ["--downloads", lab.Folder.NewFolder("files")];
        var requester = await lab.StartAsync("asker", holder);
        await requester.WaitForPeersAsync(1);

        string reason;
        await using (var run = requester.Request("big.bin"))
        {
            await run.ReachAsync(0.05);
            var ballast = Fill(Path.Combine(home.Path, "ballast"));
            reason = (await run.WaitForAsync("a pause", item => item.IsEvent("paused"))).Text("reason");
            Assert.Contains(Path.Combine(home.Path, "log"), reason, StringComparison.Ordinal);

            await requester.KillAsync();
            await requester.StartAsync();
            var waiting = await Eventually.GetAsync("the pause to be told", requester.TransfersAsync,
                found => found is [{ Reason: not null }]);
            Assert.Equal(TransferPhase.Paused, waiting[0].State);
            Assert.NotEqual(0, waiting[0].DoneBytes);
            Assert.NotEmpty((await requester.DoAsync("status"))[0].Items("warnings"));
            File.Delete(ballast);
        }

        var target = lab.Folder[Path.Combine("files", "big.bin")];
        await Eventually.TrueAsync("the file to appear", () => File.Exists(target));
        Contents.AssertSame(source, target);
        await requester.WaitForNoTransfersAsync();
        await holder.WaitForNoTransfersAsync();
    }

    /// <summary>To the last byte.</summary>
    private static string Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true) file.Write(block);
        }
        catch (IOException)
        {
            return path; // That was to be reached.
        }
    }
}
