using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Shell;

/// <summary>Keeps the prompt and the lines of the running transfers true while a shell is open.</summary>
internal sealed class ShellBoard : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly IRunningNode _node;
    private readonly ShellInput _input;
    private readonly LiveBlock _live;
    private readonly CancellationTokenSource _stop = new();
    private readonly PeriodicTimer _timer;
    private readonly Task _looking;

    public ShellBoard(IRunningNode node, ShellInput input, LiveBlock live, TimeProvider time)
    {
        (_node, _input, _live) = (node, input, live);
        _timer = new PeriodicTimer(Every, time);
        input.CommandPrompt = ShellLoop.Prompt;
        _looking = LookAsync(_stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _live.Show(this);
        _timer.Dispose();
        _stop.Dispose();
    }

    /// <summary>Such as <c>boat (2 peers, 1 transfer) ferry&gt; </c>; less where there is little room.</summary>
    internal static string PromptOf(StatusInfo status, int columns)
    {
        var name = Cells.Shorten(status.Nickname, 16);
        var state = status.Network == NetworkState.Left ? "left the network"
            : status.Peers == 0 ? "no peers" : Units.Count(status.Peers, "peer", "peers");
        if (status.TransfersRunning > 0) state += ", " + Units.Count(status.TransfersRunning, "transfer", "transfers");
        return columns < 60 ? ShellLoop.Prompt : $"{name} ({state}) {ShellLoop.Prompt}";
    }

    /// <summary>What runs, then downloads that wait; an upload that waits is the other node's affair.</summary>
    internal static IReadOnlyList<LiveLine> LinesOf(IReadOnlyList<TransferInfo> transfers, int columns) =>
    [
        .. transfers.Where(transfer => transfer.State == TransferPhase.Running ||
                (transfer is { Direction: TransferDirection.Download, State: not TransferPhase.Ended }))
            .OrderBy(transfer => transfer.State != TransferPhase.Running)
            .ThenBy(transfer => transfer.Direction != TransferDirection.Download)
            .ThenBy(transfer => transfer.Transfer, StringComparer.Ordinal)
            .Select(transfer => ProgressText.Line(transfer, columns)),
    ];

    private async Task LookAsync(CancellationToken cancel)
    {
        do
        {
            try
            {
                var columns = _live.Size.Columns;
                _input.CommandPrompt = PromptOf(await _node.StatusAsync(cancel), columns);
                _live.Show(this, LinesOf(await _node.TransfersAsync(cancel), columns));
            }
            catch (FerryException)
            {
                // The node is stopping: the shell tells why.
            }
        }
        while (await _timer.WaitForNextTickAsync(cancel));
    }
}
