using System.Runtime.Versioning;
using Ferry.Runtime;
using Ferry.Storage.Disk;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>What belongs to a file beside its bytes arrives with it: time, permissions, holes.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FileTraitsTests
{
    private static readonly DateTime Then = new(2019, 3, 4, 5, 6, 7, 123, DateTimeKind.Utc);

    [Theory]
    [InlineData(0x180, 0x180)] // 0600: once it arrived as 0644
    [InlineData(0x1ed, 0x1ed)] // 0755: once it could not be executed
    [InlineData(0x1c0, 0x1c0)] // 0700
    [InlineData(0x124, 0x1a4)] // 0444: who asked for it may change it
    public async Task Time_and_permissions_arrive_also_from_a_node_that_fetched_it(int mode, int expected)
    {
        await using var stage = new NodeStage();
        var holder = await stage.StartAsync("holder");
        var first = await stage.StartAsync("first");
        var second = await stage.StartAsync("second");
        var source = stage.MakeFile("files", "run.sh", 100_000);
        File.SetUnixFileMode(source, (UnixFileMode)mode);
        File.SetLastWriteTimeUtc(source, Then);
        await stage.ShareAsync(holder, source);
        await stage.JoinAsync(first, holder);
        await stage.JoinAsync(second, first);

        var arrived = await FetchAsync(stage, first);
        await holder.DisposeAsync();
        foreach (var path in new[] { arrived, await FetchAsync(stage, second) })
        {
            NodeStage.AssertSameFile(source, path);
            Assert.Equal((UnixFileMode)expected, File.GetUnixFileMode(path));
            Assert.Equal(Then, File.GetLastWriteTimeUtc(path));
        }
    }

    [Fact]
    public async Task Holes_arrive_as_holes_and_are_not_sent()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "what a file takes is asked by statx");
        await using var stage = new NodeStage();
        var holder = await stage.StartAsync("holder");
        var requester = await stage.StartAsync("requester");
        var source = stage.MakeFile("files", "disk.img", 4096);
        using (var file = new FileStream(source, FileMode.Open, FileAccess.Write)) file.SetLength(900_000_000);
        Assert.SkipUnless(TakenBy(source) < 1 << 20, "this file system has no holes");
        await stage.ShareAsync(holder, source);
        await stage.JoinAsync(requester, holder);

        var completed = Assert.IsType<RequestEvent.Completed>((await stage.RequestAsync(requester, "disk.img"))[^1]);

        Assert.Equal(900_000_000, new FileInfo(completed.Path).Length);
        Assert.InRange(TakenBy(completed.Path), 4096, 1 << 20);
        Assert.InRange(completed.Sources.Sum(from => from.Bytes), 4096, 1 << 20);
        using var head = File.OpenRead(completed.Path);
        using var original = File.OpenRead(source);
        var (arrived, sent) = (new byte[1 << 20], new byte[1 << 20]);
        head.ReadExactly(arrived);
        original.ReadExactly(sent);
        Assert.Equal(sent, arrived);
    }

    private static async Task<string> FetchAsync(NodeStage stage, FerryNode node) =>
        Assert.IsType<RequestEvent.Completed>((await stage.RequestAsync(node, "run.sh"))[^1]).Path;

    /// <summary>Bytes of the disk: stx_blocks of statx(2), in units of 512.</summary>
    private static long TakenBy(string path)
    {
        var statx = new byte[Posix.StatxBytes];
        Assert.Equal(0, Posix.Statx(path, followLink: true, statx));
        return 512 * BitConverter.ToInt64(statx, 48);
    }
}
