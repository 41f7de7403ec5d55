using Ferry.App.Commands;
using Ferry.App.Output;
using Ferry.App.Shell;
using Ferry.Runtime;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Ferry.Tests.App.Shell;

/// <summary>The shell that draws its line itself, on a terminal in memory: what is on the screen is compared.</summary>
public sealed class EditingShellTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TerminalEmulator _terminal = new(80, 24);
    private readonly KeyStream _keys = new();
    private readonly FakeNode _node = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Interrupts _interrupts = new();
    private Task _shell = Task.CompletedTask;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (!_shell.IsCompleted) _keys.Type("\u0015exit\r");
        await _shell.WaitAsync(Patience.Limit);
        _keys.Dispose();
        _terminal.Dispose();
        _interrupts.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Prompt_tells_the_state_and_keeps_it_true()
    {
        Open();
        await ShowsAsync("boat (1 peer) ferry>");

        _keys.Type("half a li");
        await ShowsAsync("boat (1 peer) ferry> half a li");
        _node.Status = _node.Status with { Peers = 2, TransfersRunning = 1 };
        _node.Transfers.Add(Samples.Transfer);
        _time.Advance(TimeSpan.FromSeconds(1));

        await ShowsAsync(
            "↓ song.flac  70 % of 2.0 GB, 86 MB/s, 7.0 s left, from 1 node (3 hops, tcp)",
            "boat (2 peers, 1 transfer) ferry> half a li");
    }

    [Fact]
    public async Task Commands_are_completed_and_candidates_listed()
    {
        Open();
        _keys.Type("stat\t");
        await ShowsAsync("boat (1 peer) ferry> status");
        _keys.Type("\u0015tr\t");
        await ShowsAsync("trust      transfers", "boat (1 peer) ferry> tr");
        _keys.Type("a\t\u0015ferry un\t/d\t");
        await ShowsAsync("trust      transfers", "boat (1 peer) ferry> ferry unshare /data/maps");
    }

    [Fact]
    public async Task Stranger_that_asks_is_told_of_above_what_is_typed()
    {
        Open();
        _keys.Type("request so");
        await ShowsAsync("boat (1 peer) ferry> request so");
        await _node.Asks.Writer.WriteAsync(
            new AskInfo(Samples.NodeId, "3f9a", "anna", "tcp://10.0.0.2:1", IsNamesake: false), Cancel);

        await UntilAsync(() => _terminal.Screen is [var told, .., "boat (1 peer) ferry> request so"]
            && told.StartsWith("anna at tcp://10.0.0.2:1 asks to be let in.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Interrupt_gives_up_the_line_and_nothing_else()
    {
        Open();
        _keys.Type("request so");
        await ShowsAsync("boat (1 peer) ferry> request so");
        _interrupts.OnInterrupt();
        await ShowsAsync("boat (1 peer) ferry> request so^C", "boat (1 peer) ferry>");

        _interrupts.OnInterrupt();
        await ShowsAsync(
            "boat (1 peer) ferry> request so^C", "To stop the node, type exit or press Ctrl-D.",
            "boat (1 peer) ferry>");
        Assert.DoesNotContain(_node.Asked, asked => asked.StartsWith("request", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Request_gives_the_prompt_back_and_tells_its_end_above_the_next_line()
    {
        _node.Requests.Add([Samples.Started, Samples.Completed]);
        _node.Requests.Add([Samples.Started]);
        Open();
        _keys.Type("request song\r");
        await UntilAsync(() => Has("/data/boat/.ferry/downloads/song.flac"));

        _node.KeepsStreaming = true;
        _keys.Type("request other\rle");
        await ShowsLastAsync("boat (1 peer) ferry> le");
        _keys.Type("ave\r");
        await UntilAsync(() => _node.Asked.Contains("leave"));
        await ShowsLastAsync("boat (1 peer) ferry>");

        _interrupts.OnInterrupt();
        await UntilAsync(() => Has("goes on in the node"));
        await ShowsLastAsync("boat (1 peer) ferry>");
    }

    [Fact]
    public async Task Command_that_asks_reads_an_answer_that_is_no_command()
    {
        var other = string.Concat(Enumerable.Repeat("fedcba9876543210", 4));
        _node.Requests.Add([new RequestEvent.Ambiguous([Samples.Hit("song"), Samples.Hit("song", other)])]);
        _node.Requests.Add([Samples.Completed]);
        Open();
        _keys.Type("request song\r");
        await ShowsLastAsync("Which one? (1-2, Enter for none)");
        _keys.Type("\e[A2\r");
        await UntilAsync(() => Has("/data/boat/.ferry/downloads/song.flac"));
        await ShowsLastAsync("boat (1 peer) ferry>");

        _keys.Type("\e[A");
        await ShowsLastAsync("boat (1 peer) ferry> request song");
        Assert.Contains($"request {other} - False", _node.Asked);
    }

    [Fact]
    public async Task Several_lines_that_are_typed_ahead_run_one_after_the_other()
    {
        Open();
        _keys.Type("join a\rjoin b\rjo");
        await ShowsLastAsync("boat (1 peer) ferry> jo");
        Assert.Equal(["join a", "join b"],
            _node.Asked.Where(asked => asked.StartsWith("join", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("exit\r")]
    [InlineData("quit\r")]
    [InlineData("\x04")]
    [InlineData("")]
    public async Task Shell_ends_as_people_expect(string keys)
    {
        _node.Requests.Add([Samples.Started]);
        _node.KeepsStreaming = true;
        Open();
        _keys.Type("request song\r");
        await UntilAsync(() => _node.Asked.Contains("request song - False"));
        await ShowsLastAsync("boat (1 peer) ferry>");
        Assert.True(_terminal.BracketsPaste);

        if (keys.Length > 0) _keys.Type(keys);
        else _keys.End();
        await _shell.WaitAsync(Patience.Limit, Cancel);

        Assert.False(_terminal.BracketsPaste);
        Assert.True(_node.StreamCancelled.Task.IsCompleted);
        Assert.False(Has("goes on in the node"));
    }

    [Fact]
    public async Task Node_that_stops_ends_the_shell_and_leaves_the_terminal_as_it_was()
    {
        Open();
        _keys.Type("half");
        await ShowsAsync("boat (1 peer) ferry> half");
        _node.Stop(new FerryException(FailureKind.Failed, "the disk is gone"));

        await _shell.WaitAsync(Patience.Limit, Cancel);
        Assert.False(_terminal.BracketsPaste);
        Assert.Equal((1, 0), _terminal.Cursor);
    }

    private void Open()
    {
        var live = new LiveBlock(_terminal, () => new TerminalSize(80, 24), colour: true);
        var above = live.Above("\n");
        var traits = new ScreenTraits(OutputIsTerminal: true, InputIsTerminal: true, Colour: true, () => 80);
        var screen = new Screen(above, above, traits, live);
        var context = new CommandContext
        {
            Screen = screen, Home = _folder.Path, Table = new CommandTable(), Time = _time,
            Input = new LineReader(TextReader.Null, screen), Interrupts = _interrupts,
            StartNode = (_, _, _) => Task.FromResult<IRunningNode>(_node), Node = _node,
            Keyboard = new Keyboard(_keys, terminal: null),
        };
        _shell = new ShellLoop(context, _node).RunAsync(Cancel);
    }

    private bool Has(string text) =>
        string.Concat(_terminal.All).Contains(text, StringComparison.Ordinal);

    private Task ShowsAsync(params string[] rows) => UntilAsync(() => _terminal.Screen.SequenceEqual(rows));

    private Task ShowsLastAsync(string row) => UntilAsync(() => _terminal.Screen is [.., var last] && last == row);

    private async Task UntilAsync(Func<bool> isSo)
    {
        try
        {
            await Patience.UntilAsync(isSo);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException("the screen shows:\n" + string.Join('\n', _terminal.All), e);
        }
    }
}
