using Ferry.Runtime.Loop;

namespace Ferry.Runtime.Home;

/// <summary>
/// Looks after the lock of the home while a node runs on it; the node stops when the home is not its own any more.
/// </summary>
internal sealed class HomeWatch : IAsyncDisposable
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    public HomeWatch(HomeFolder home, NodeLife life, TimeProvider time) =>
        _watching = life.RunAsync("the home's lock", stop => WatchAsync(home, time, stop), _stop.Token);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private static async Task WatchAsync(HomeFolder home, TimeProvider time, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stop)) home.Restore();
    }
}
