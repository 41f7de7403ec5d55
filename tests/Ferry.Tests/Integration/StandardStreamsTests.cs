using Ferry.App.Control;
using Ferry.Runtime;
using Ferry.Tests.App;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>Commands whose output goes nowhere, run by the system's shell.</summary>
public sealed class StandardStreamsTests : IAsyncLifetime
{
    private const int OutputGone = 141;

    private readonly TemporaryFolder _home = new();
    private readonly FakeNode _node = new() { KeepsStreaming = true };
    private ControlServer? _server;

    private static readonly FileInfoLine AFile = new("/data/a", "a", 5, FileState.Ready, null, FileOrigin.Shared, null);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _server = await ControlServer.StartAsync(_node, _home.Path, TimeProvider.System, Cancel);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _home.Dispose();
    }

    [Theory]
    [InlineData("request song --json")]
    [InlineData("search song --json")]
    public async Task A_command_that_has_no_more_to_say_ends_when_its_reader_has_gone(string command)
    {
        // Both go on for ever after the first line.
        _node.Requests.Add([Samples.Started]);
        _node.Hits.Add(Samples.Hit("song"));

        var (_, output, errors) = await ShellAsync($"{{ ferry {command}; echo $? >&2; }} | head -n 1");

        Assert.StartsWith("{", Assert.Single(output.Split('\n')), StringComparison.Ordinal);
        Assert.Equal($"{OutputGone}", errors.Split('\n')[^1]);
        await _node.StreamCancelled.Task.WaitAsync(Patience.Limit, Cancel);
    }

    [Theory]
    [InlineData("help")]
    [InlineData("--help")]
    [InlineData("files")]
    [InlineData("request song")]
    [InlineData("node --home HOME2 --listen tcp://127.0.0.1:0")]
    public async Task A_closed_pipe_ends_every_command(string command)
    {
        _node.Requests.Add([Samples.Started]);
        _node.Files.AddRange(Enumerable.Repeat(AFile, 5000));

        var (_, _, errors) = await ShellAsync($"{{ ferry {command}; echo $? >&2; }} | true");

        var told = errors.Split('\n');
        Assert.Equal($"{OutputGone}", told[^1]);
        Assert.DoesNotContain(told, line => line.Contains("error inside", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--version", ">/dev/full")]
    [InlineData("--version", ">&-")]
    [InlineData("help", ">/dev/full")]
    [InlineData("help", ">&- <&-")]
    [InlineData("status", ">/dev/full")]
    [InlineData("status --json", ">&-")]
    [InlineData("request song --json", ">/dev/full")]
    [InlineData("node --home HOME2 --listen tcp://127.0.0.1:0", ">/dev/full")]
    public async Task Output_that_cannot_be_written_is_one_sentence(string command, string where)
    {
        _node.Requests.Add([Samples.Started]);

        var (code, output, errors) = await ShellAsync($"ferry {command} {where}");

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("ferry: standard output ", Assert.Single(errors.Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--version", "2>&-", 0)]
    [InlineData("status", "2>&-", 0)]
    [InlineData("status", "2>/dev/full", 0)]
    [InlineData("no-such-command", "2>&-", 2)]
    [InlineData("no-such-command", "2>/dev/full", 2)]
    [InlineData("no-such-command", ">&- 2>&- <&-", 2)]
    public async Task What_cannot_be_said_on_standard_error_changes_nothing_else(
        string command, string where, int expected)
    {
        var (code, output, errors) = await ShellAsync($"ferry {command} {where}");

        Assert.Equal((expected, ""), (code, errors));
        Assert.Equal(expected == 0, output.Length > 0);
    }

    /// <summary><c>ferry</c> is the program, for the node of this test.</summary>
    private async Task<(int Code, string Output, string Errors)> ShellAsync(string line)
    {
        var program = string.Join(' ', FerryProgram.Command().Select(word => $"'{word}'"));
        var command = line.Replace("HOME2", _home.Path + "/2", StringComparison.Ordinal);
        var script = $"ferry() {{ {program} \"$@\"; }}; {command}";
        await using var shell = ChildProcess.Start(["env", $"FERRY_HOME={_home.Path}", "sh", "-c", script]);
        var code = await shell.ExitAsync();
        return (code, string.Join('\n', shell.Output), shell.Errors);
    }
}
