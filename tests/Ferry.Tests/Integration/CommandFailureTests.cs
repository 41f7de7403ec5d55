using System.Net;
using System.Net.Sockets;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>Bad input gets a sentence that names the thing, and the exit code of docs/commands.md.</summary>
public sealed class CommandFailureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_that_nobody_has_is_not_found()
    {
        await using var node = await TestNode.StartAsync(_folder, "node");
        await using var run = node.Request("no-such-file.bin");
        var ended = await run.EndAsync();
        Assert.Equal(3, ended.Code);
        Assert.Contains("no-such-file.bin", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_does_not_answer_is_named()
    {
        await using var node = await TestNode.StartAsync(_folder, "node");
        var address = $"127.0.0.1:{UnusedPort()}";
        var ended = await node.RunAsync("join", address);
        Assert.Equal(1, ended.Code);
        Assert.Contains(address, ended.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("peers")]
    [InlineData("request", "x")]
    [InlineData("search", "x")]
    [InlineData("leave")]
    [InlineData("join", "127.0.0.1")]
    public async Task Without_a_running_node_commands_say_so(params string[] command)
    {
        var ended = await FerryProgram.RunAsync([.. command, "--home", _folder["empty"]]);
        Assert.Equal(4, ended.Code);
        Assert.NotEqual("", ended.Errors);
    }

    [Theory]
    [InlineData("request")]
    [InlineData("fly", "me")]
    [InlineData("join")]
    [InlineData("status", "--no-such-option")]
    [InlineData("node", "--ack-timeout", "soon")]
    [InlineData("node", "--listen", "tcp://nowhere:-1")]
    public async Task Wrong_usage_is_code_2(params string[] command)
    {
        var ended = await FerryProgram.RunAsync([.. command, "--home", _folder["home"]]);
        Assert.Equal(2, ended.Code);
        Assert.NotEqual("", ended.Errors);
    }

    [Fact]
    public async Task A_path_that_is_not_there_cannot_be_shared()
    {
        await using var node = await TestNode.StartAsync(_folder, "node");
        var ended = await node.RunAsync("share", _folder["missing"]);
        Assert.NotEqual(0, ended.Code);
        Assert.Contains("missing", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_node_on_the_same_home_is_refused()
    {
        await using var node = await TestNode.StartAsync(_folder, "node");
        var ended = await FerryProgram.RunAsync(
            "node", "--home", node.Home, "--open", "--listen", "tcp://127.0.0.1:0");
        Assert.Equal(1, ended.Code);
        Assert.Contains(node.Home, ended.Errors, StringComparison.Ordinal);
        await node.DoAsync("status");
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var ended = await FerryProgram.RunAsync(
            "node", "--home", _folder["home"], "--open", "--listen", $"tcp://127.0.0.1:{port}");
        Assert.Equal(1, ended.Code);
        Assert.Contains($"{port}", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_home_that_cannot_be_made_is_named()
    {
        await File.WriteAllTextAsync(_folder["file"], "", TestContext.Current.CancellationToken);
        var home = _folder["file/home"];
        var ended = await FerryProgram.RunAsync("node", "--home", home, "--open", "--listen", "tcp://127.0.0.1:0");
        Assert.Equal(1, ended.Code);
        Assert.Contains(home, ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_may_admit_nobody_refuses_a_stranger()
    {
        await using var closed = ChildProcess.Start(
            FerryProgram.Command(
                "node", "--home", _folder["closed"], "--listen", "tcp://127.0.0.1:0", "--stop-with-input"),
            keepInput: true);
        var status = await Eventually.GetAsync(
            "the closed node to answer",
            () => FerryProgram.RunAsync("status", "--home", _folder["closed"], "--json"), result => result.Code == 0);
        await using var stranger = await TestNode.StartAsync(_folder, "stranger");

        var ended = await stranger.RunAsync("join", status.Objects[0].Items("listening")[0].GetString()!);

        Assert.Equal(5, ended.Code);
        Assert.NotEqual("", ended.Errors);
    }

    [Fact]
    public async Task Sigterm_stops_a_service_cleanly()
    {
        await using var node = await TestNode.StartAsync(_folder, "node");
        Assert.Equal(0, await node.StopAsync());
        Assert.Equal(4, (await node.RunAsync("status")).Code);
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("help")]
    [InlineData("help", "request")]
    [InlineData("--help")]
    [InlineData("request", "--help")]
    public async Task Help_needs_no_node(params string[] command)
    {
        var ended = await FerryProgram.RunAsync(command);
        Assert.Equal(0, ended.Code);
        Assert.NotEmpty(ended.Lines);
        Assert.Equal("", ended.Errors);
    }

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
