namespace Ferry.Runtime.Home;

/// <summary>Looks after the lock of the home while a node runs on it.</summary>
internal sealed class HomeWatch : IAsyncDisposable
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    /// <param name="fault">Told when the home is not this node's any more.</param>
    public HomeWatch(HomeFolder home, Action<Exception> fault, TimeProvider time) =>
        _watching = WatchAsync(home, fault, time);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync(HomeFolder home, Action<Exception> fault, TimeProvider time)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token)) home.Restore();
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
        catch (FerryException e)
        {
            fault(e);
        }
    }
}
