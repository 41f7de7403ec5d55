using Ferry.App.Commands;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Shell;

/// <summary>
/// <c>ferry&gt;</c>: reads a line, runs it as the command line would, against the node of this process. Ctrl-C ends the
/// command that runs, never the node. Where the shell draws the line itself, a request gives the prompt back as soon as
/// the download has started, and tells above it what comes of it.
/// </summary>
internal sealed class ShellLoop(CommandContext outside, IRunningNode node)
{
    public const string Prompt = "ferry> ";

    private readonly Screen _screen = outside.Screen;

    /// <summary>Commands that go on behind the prompt, the newest last.</summary>
    private readonly List<BackgroundCommand> _behind = [];

    /// <summary>
    /// Returns when the user has had enough, the node has stopped, or <paramref name="cancel"/> says so.
    /// </summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var typed = OpenInput();
        await using var board = typed is null ? null : new ShellBoard(node, typed.Input, typed.Live, outside.Time);
        await using var asks = new AskNotices(node, cancel);
        while (!cancel.IsCancellationRequested)
        {
            var line = await ReadAsync(typed?.Input, asks, cancel);
            if (line is null)
            {
                // Ctrl-D leaves the cursor behind the prompt.
                if (typed is null) _screen.Line();
                break;
            }
            if (Words.Split(line) is not { } words)
            {
                _screen.Error("a quote is not closed: type the line again with both");
                continue;
            }
            if (words.Count == 0) continue;
            // Out of habit people type what they would type outside.
            if (words[0] == "ferry" && words.Count > 1) words.RemoveAt(0);
            if (words is ["exit" or "quit"]) break;
            await RunAsync(words, typed?.Input, ends.Token);
        }
        await ends.CancelAsync();
        foreach (var command in _behind) await command.DisposeAsync();
        await SayUnfinishedAsync();
    }

    /// <summary>Null where the terminal edits lines itself.</summary>
    private OpenedInput? OpenInput()
    {
        if (outside.Keyboard is not { } keyboard || _screen.Live is not { } live) return null;
        var completions = new Completions(
            outside.Table, new ValueNames(node, outside.Home, outside.Table, outside.Time));
        var history = new ShellHistory(outside.Home);
        return new OpenedInput(new ShellInput(keyboard, _screen, live, history, completions, outside.Job), live);
    }

    /// <summary>Null at the end of input and when the node has stopped.</summary>
    private async Task<string?> ReadAsync(ShellInput? input, AskNotices asks, CancellationToken cancel)
    {
        using var claim = outside.Interrupts.Claim(() => OnInterrupt(input));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var reading = input?.ReadCommandAsync(stop.Token) ?? outside.Input.ReadAsync(Prompt, stop.Token);
        try
        {
            while (true)
            {
                var first = await Task.WhenAny(reading, node.Completion, asks.Next);
                if (first == reading) return await reading;
                if (first != asks.Next) break;
                if (input is null) _screen.Line();
                _screen.Line(await asks.Next);
                if (input is null) _screen.Prompt(Prompt);
                asks.Advance();
            }
            return null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>At the prompt: gives up the line, or else what runs behind it, or else says how to leave.</summary>
    private void OnInterrupt(ShellInput? input)
    {
        if (input?.Interrupt() == true) return;
        if (_behind.LastOrDefault(command => command.IsRunning) is { } command)
        {
            command.Interrupt();
            return;
        }
        if (input is null) _screen.Line();
        _screen.Line("To stop the node, type exit or press Ctrl-D.");
        if (input is null) _screen.Prompt(Prompt);
    }

    private async Task RunAsync(List<string> words, ShellInput? input, CancellationToken ends)
    {
        var command = new BackgroundCommand(ends);
        using var claim = outside.Interrupts.Claim(command.Interrupt);
        var screen = _screen.With(json: false, quiet: false, verbose: false);
        command.Start(stop => CommandRunner.RunAsync(
            outside.Table, words, screen, typed => typed,
            (_, shown) => outside.In(
                shown, node, input ?? outside.Input, input is null ? null : command.Release, ends),
            stop));
        await command.DoneOrReleased;
        foreach (var ended in _behind.Where(each => !each.IsRunning).ToList())
        {
            _behind.Remove(ended);
            await ended.DisposeAsync();
        }
        if (command.IsRunning) _behind.Add(command);
        else await command.DisposeAsync();
    }

    private async Task SayUnfinishedAsync()
    {
        if (node.Completion.IsCompleted) return;
        var status = await node.StatusAsync(CancellationToken.None);
        if (status.TransfersUnfinished == 0) return;
        var (what, it) = status.TransfersUnfinished == 1
            ? ("1 transfer is", "it goes") : ($"{status.TransfersUnfinished} transfers are", "they go");
        _screen.Line($"{what} unfinished; {it} on when this node starts again.");
    }

    private sealed record OpenedInput(ShellInput Input, LiveBlock Live) : IDisposable
    {
        public void Dispose() => Input.Dispose();
    }
}
