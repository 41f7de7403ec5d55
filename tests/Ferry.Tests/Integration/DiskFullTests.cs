using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>A disk without room pauses a download; room lets it go on by itself.</summary>
[Trait("Category", "Root")]
public sealed class DiskFullTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_full_disk_pauses_a_download_until_there_is_room()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a small disk needs root");
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
        Assert.NotEqual("", paused.Text("reason"));
        File.Delete(ballast);
        var completed = await run.CompleteAsync();

        Contents.AssertSame(source, completed.Text("path"));
        await requester.WaitForNoTransfersAsync();
    }

    /// <summary>A file system in memory with little room.</summary>
    private sealed class SmallDisk : IAsyncDisposable
    {
        private SmallDisk(string path) => Path = path;

        public string Path { get; }

        public static async Task<SmallDisk> MountAsync(string path, int megabytes)
        {
            await using var mount = ChildProcess.Start(
                ["mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path]);
            Assert.SkipUnless(await mount.ExitAsync() == 0, $"a tmpfs cannot be mounted here: {mount.Errors}");
            return new SmallDisk(path);
        }

        public async ValueTask DisposeAsync()
        {
            await using var unmount = ChildProcess.Start(["umount", "--lazy", Path]);
            Assert.Equal(0, await unmount.ExitAsync());
        }
    }
}
