using Ferry.App.Commands;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Shell;

/// <summary>
/// <c>ferry&gt;</c>: reads a line, runs it as the command line would, against the node of this process. Ctrl-C ends the
/// command that runs, never the node.
/// </summary>
internal sealed class ShellLoop(CommandContext outside, IRunningNode node)
{
    private const string Prompt = "ferry> ";

    private readonly Screen _screen = outside.Screen;

    /// <summary>
    /// Returns when the user has had enough, the node has stopped, or <paramref name="cancel"/> says so.
    /// </summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        await using var asks = new AskNotices(node, cancel);
        while (!cancel.IsCancellationRequested)
        {
            var line = await ReadAsync(asks, cancel);
            if (line is null)
            {
                // Ctrl-D leaves the cursor behind the prompt.
                _screen.Line();
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
            await RunAsync(words, cancel);
        }
        await SayUnfinishedAsync();
    }

    /// <summary>Null at the end of input and when the node has stopped.</summary>
    private async Task<string?> ReadAsync(AskNotices asks, CancellationToken cancel)
    {
        using var claim = outside.Interrupts.Claim(() =>
        {
            _screen.Line();
            _screen.Line("To stop the node, type exit or press Ctrl-D.");
            _screen.Prompt(Prompt);
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            var reading = outside.Input.ReadAsync(() => _screen.Prompt(Prompt), stop.Token);
            while (true)
            {
                var first = await Task.WhenAny(reading, node.Completion, asks.Next);
                if (first == reading) return await reading;
                if (first != asks.Next) break;
                _screen.Line();
                _screen.Line(await asks.Next);
                _screen.Prompt(Prompt);
                asks.Advance();
            }
            await stop.CancelAsync();
            return null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task RunAsync(List<string> words, CancellationToken cancel)
    {
        using var command = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var claim = outside.Interrupts.Claim(command.Cancel);
        await CommandRunner.RunAsync(outside.Table, words, _screen.With(json: false, quiet: false, verbose: false),
            typed => typed, (_, screen) => outside.With(screen, node, inShell: true), command.Token);
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
}
