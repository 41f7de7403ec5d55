using Ferry.App.Commands;
using Ferry.App.Control;
using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class ExitCodeTests
{
    [Theory]
    [InlineData(FailureKind.Failed, 1)]
    [InlineData(FailureKind.Usage, 2)]
    [InlineData(FailureKind.NothingFound, 3)]
    [InlineData(FailureKind.Refused, 5)]
    public async Task Failure_of_the_node_decides_the_code(FailureKind kind, int code)
    {
        using var terminal = new Terminal();
        terminal.Node.Failure = new FerryException(kind, "10.0.0.1 does not answer; is it on?");

        Assert.Equal(code, (int)await terminal.RunAsync("join", "10.0.0.1"));
        Assert.Equal("ferry: 10.0.0.1 does not answer; is it on?\n", terminal.Error);
        Assert.Empty(terminal.Output);
    }

    [Theory]
    [InlineData(FailureKind.Failed, 1)]
    [InlineData(FailureKind.Usage, 2)]
    [InlineData(FailureKind.NothingFound, 3)]
    [InlineData(FailureKind.Refused, 5)]
    public async Task Failed_request_ends_with_the_code_of_its_kind(FailureKind kind, int code)
    {
        using var terminal = new Terminal();
        terminal.Node.Requests.Add([new RequestEvent.Failed(kind, "nobody has x")]);

        Assert.Equal(code, (int)await terminal.RunAsync("request", "x"));
        Assert.Equal("ferry: nobody has x\n", terminal.Error);
    }

    [Fact]
    public async Task Search_without_hits_finds_nothing()
    {
        using var terminal = new Terminal();

        Assert.Equal(ExitCode.NothingFound, await terminal.RunAsync("search", "x"));
        Assert.StartsWith("ferry: nobody within reach has anything like 'x'", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_running_node_is_code_4_and_says_how_to_start_one()
    {
        using var home = new TemporaryFolder();
        using var client = new ControlClient(home.Path, "ferry node", TimeProvider.System);
        using var terminal = new Terminal { Through = client };

        Assert.Equal(ExitCode.NoNode, await terminal.RunAsync("status"));
        Assert.Contains("start one with 'ferry node'", terminal.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bananas")]
    [InlineData("join")]
    [InlineData("join a b")]
    [InlineData("share")]
    [InlineData("files --nonsense")]
    [InlineData("files --json=perhaps")]
    [InlineData("node --ack-timeout 20")]
    [InlineData("node --ack-timeout")]
    [InlineData("help bananas")]
    public async Task Wrong_words_are_code_2_and_one_line(string line)
    {
        using var terminal = new Terminal();

        Assert.Equal(ExitCode.Usage, await terminal.RunAsync([.. Words.Split(line)!]));
        Assert.StartsWith("ferry: ", terminal.Error, StringComparison.Ordinal);
        Assert.Single(terminal.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(terminal.Output);
    }

    [Theory]
    [InlineData("tranfers", "there is no command 'tranfers': did you mean 'transfers'? 'ferry help' lists them")]
    [InlineData("help bananas", "there is no command 'bananas': 'ferry help' lists them")]
    [InlineData("join", "join: ADDRESS is missing; see 'ferry help join'")]
    [InlineData("share", "share: PATH is missing; see 'ferry help share'")]
    [InlineData("join a b", "join: there is one word too many, 'b'; see 'ferry help join'")]
    [InlineData("files --nonsense", "files: there is no option '--nonsense'; see 'ferry help files'")]
    [InlineData(
        "node --keep-free much", "node: 'much' is not a size: write it as 500MB, 2GB or 0; see 'ferry help node'")]
    [InlineData(
        "node --ack-timeout 20", "node: '20' is not a time: write it as 20s, 1500ms or 2m; see 'ferry help node'")]
    public async Task Wrong_words_are_told_in_our_words(string line, string message)
    {
        using var terminal = new Terminal();

        await terminal.RunAsync([.. Words.Split(line)!]);
        Assert.Equal($"ferry: {message}\n", terminal.Error);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("help")]
    [InlineData("request --help")]
    [InlineData("help request")]
    [InlineData("--version")]
    public async Task Help_and_version_are_results(string line)
    {
        using var terminal = new Terminal();

        Assert.Equal(ExitCode.Done, await terminal.RunAsync([.. Words.Split(line)!]));
        Assert.NotEmpty(terminal.Output);
        Assert.Empty(terminal.Error);
    }

    [Fact]
    public async Task Bug_is_a_failure_that_asks_to_be_reported()
    {
        using var terminal = new Terminal();
        terminal.Node.Failure = new InvalidOperationException("two routes with one key");

        Assert.Equal(ExitCode.Failed, await terminal.RunAsync("routes"));
        Assert.Contains("two routes with one key", terminal.Error, StringComparison.Ordinal);
    }
}
