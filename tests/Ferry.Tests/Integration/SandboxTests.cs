using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>What a sandbox refuses is done without, as long as it is a comfort, or is told in one sentence.</summary>
public sealed class SandboxTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Sandbox.EAFNOSUPPORT, "netlink bluetooth")]
    [InlineData(Sandbox.EACCES, "netlink bluetooth inotify statx")]
    [InlineData(Sandbox.EPERM, "statx renameat2 fallocate fadvise inotify sendfile copy_file_range statfs fstatfs")]
    [InlineData(Sandbox.EPERM, "utimensat linkat ioctl setsockopt")]
    public async Task Nodes_share_find_and_fetch_without_these_calls(int errno, string calls)
    {
        var sandbox = await Sandbox.BuildAsync(_folder);
        var path = _folder["song.bin"];
        Contents.Write(path, 3_000_000);
        await using var holder = await StartAsync(sandbox.Refusing(errno, calls.Split(' ')), "holder");
        await using var requester = await StartAsync(sandbox.Refusing(errno, calls.Split(' ')), "requester");
        await holder.ShareAsync(path);
        await requester.JoinAsync(holder);

        var done = await requester.FetchAsync("song.bin");

        Contents.AssertSame(path, done.Text("path"));
    }

    [Fact]
    public async Task Without_IPv6_a_node_listens_at_IPv4_instead_of_both()
    {
        var sandbox = await Sandbox.BuildAsync(_folder);
        await using var node = await TestNode.StartAsync(
            "node", _folder["node"], "tcp://[::]:0", sandbox.Refusing(Sandbox.EAFNOSUPPORT, "inet6"), []);
        await using var other = await TestNode.StartAsync(_folder, "other");
        Assert.StartsWith("tcp://0.0.0.0:", node.Address, StringComparison.Ordinal);
        await other.DoAsync("join", $"127.0.0.1:{node.Port}");
    }

    [Fact]
    public async Task Without_Unix_sockets_node_and_commands_say_so()
    {
        var sandbox = await Sandbox.BuildAsync(_folder);
        foreach (var command in (string[])["node", "status"])
        {
            await using var run = ChildProcess.Start(
            [
                .. sandbox.Refusing(Sandbox.EAFNOSUPPORT, "unix"),
                .. FerryProgram.Command([command, "--home", _folder["home"]]),
            ]);
            Assert.Equal(1, await run.ExitAsync());
            Assert.Contains("AF_UNIX", Assert.Single(run.Errors.Split('\n')), StringComparison.Ordinal);
        }
    }

    private Task<TestNode> StartAsync(IReadOnlyList<string> prefix, string name) =>
        TestNode.StartAsync(name, _folder[name], "tcp://127.0.0.1:0", prefix, []);
}
