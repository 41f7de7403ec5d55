using System.Globalization;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>
/// Disks that fail in other ways than by being full: what was ACKed stays, and the rest goes on by itself.
/// </summary>
public sealed class DiskFailureTests : IDisposable
{
    private const int FileBytes = 24 << 20;
    private const int Middle = 8 << 20;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_limit_on_the_size_of_files_pauses_a_download_until_it_is_lifted()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "prlimit is Linux's");
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var source = Contents.Write(_folder["big.bin"], FileBytes);
        await holder.ShareAsync(source);
        await using var wire = new GatedWire(holder.Port, Middle);
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", wire.Address);
        await requester.WaitForPeersAsync(1);

        await using var run = requester.Request("big.bin");
        await wire.ReachedAsync();
        await LimitAsync(requester, "1");
        wire.Open();
        var paused = await run.WaitForAsync("a pause", item => item.IsEvent("paused"));
        Assert.Contains(requester.Home, paused.Text("reason"), StringComparison.Ordinal);
        await using (var second = requester.Request("big.bin"))
        {
            var told = await second.WaitForAsync("a word of the pause", item => item.IsEvent("paused"));
            Assert.Contains(requester.Home, told.Text("reason"), StringComparison.Ordinal);
        }
        await LimitAsync(requester, "unlimited");
        var completed = await run.CompleteAsync();

        Contents.AssertSame(source, completed.Text("path"));
        await requester.WaitForNoTransfersAsync();
        await holder.WaitForNoTransfersAsync();
    }

    [Fact]
    [Trait("Category", "Root")]
    public async Task A_flush_that_fails_loses_nothing_that_was_acked()
    {
        await using var disk = await SmallDisk.MountFailingAsync(
            _folder.NewFolder("disk"), _folder.NewFolder("below"), megabytes: 64, megabytesBelow: 40);
        var ballast = Contents.Write(_folder[Path.Combine("below", "ballast")], 28 << 20);
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var source = Contents.Write(_folder["big.bin"], FileBytes);
        await holder.ShareAsync(source);
        await using (var requester = await TestNode.StartAsync(
            _folder, "requester", "--join", holder.Address, "--downloads", disk.Path))
        {
            await requester.WaitForPeersAsync(1);
            await using var run = requester.Request("big.bin");
            await run.WaitForAsync("a pause", item => item.IsEvent("paused"));
            File.Delete(ballast);
            await run.CompleteAsync();
            await requester.WaitForNoTransfersAsync();
            await holder.WaitForNoTransfersAsync();
        }

        // What is only in the kernel's cache does not count.
        await disk.RemountAsync();
        Contents.AssertSame(source, Path.Combine(disk.Path, "big.bin"));
    }

    [Fact]
    [Trait("Category", "Root")]
    public async Task A_home_that_becomes_read_only_pauses_what_is_asked_for()
    {
        await using var home = await SmallDisk.MountAsync(_folder.NewFolder("requester"), megabytes: 16);
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var source = Contents.Write(_folder["small.bin"], 1 << 20);
        await holder.ShareAsync(source);
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", holder.Address);
        await requester.WaitForPeersAsync(1);

        await home.MakeReadOnlyAsync();
        await using var run = requester.Request("small.bin");
        var paused = await run.WaitForAsync("a pause", item => item.IsEvent("paused"));
        Assert.Contains("may not be read or written", paused.Text("reason"), StringComparison.Ordinal);
        await requester.KillAsync();
        var refused = await FerryProgram.RunAsync("node", "--home", requester.Home);
        Assert.Equal(1, refused.Code);
        Assert.Contains(requester.Home, refused.Errors, StringComparison.Ordinal);
        Assert.Contains("--home", refused.Errors, StringComparison.Ordinal);

        await home.MakeWritableAsync();
        await requester.StartAsync();
        await requester.WaitForPeersAsync(1);
        var completed = await requester.FetchAsync("small.bin");
        Contents.AssertSame(source, completed.Text("path"));
    }

    /// <summary>As <c>ulimit -f</c> before the node's start would.</summary>
    private static async Task LimitAsync(TestNode node, string bytes)
    {
        var id = node.ProcessId.ToString(CultureInfo.InvariantCulture);
        await using var limit = ChildProcess.Start(["prlimit", "--pid", id, $"--fsize={bytes}:unlimited"]);
        Assert.True(await limit.ExitAsync() == 0, limit.Errors);
    }
}
