using Ferry.Runtime;

namespace Ferry.App.Shell;

/// <summary>What the user of a shell is told when a stranger asks to be let in.</summary>
internal sealed class AskNotices : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly IAsyncEnumerator<AskInfo> _asks;

    public AskNotices(IRunningNode node, CancellationToken cancel)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _asks = node.AsksAsync(_stop.Token).GetAsyncEnumerator(_stop.Token);
        Next = NextAsync();
    }

    /// <summary>Ends with the next notice, or is cancelled with the shell.</summary>
    public Task<string> Next { get; private set; }

    /// <summary>The notice has been shown.</summary>
    public void Advance() => Next = NextAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)Next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _asks.DisposeAsync();
        _stop.Dispose();
    }

    private async Task<string> NextAsync()
    {
        // A node that stops asks nothing more.
        if (!await _asks.MoveNextAsync()) await Task.Delay(Timeout.Infinite, _stop.Token);
        var ask = _asks.Current;
        var namesake = ask.IsNamesake ? $" It is not the {ask.Nickname} that you know." : "";
        return $"{ask.Nickname} at {ask.Address} asks to be let in.{namesake} If its own screen shows the same " +
            $"fingerprint, type: admit {ask.Fingerprint}";
    }
}
