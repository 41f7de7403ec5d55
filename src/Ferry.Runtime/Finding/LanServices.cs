using System.Net;
using Ferry.Protocol.Values;
using Ferry.Runtime.Loop;
using Ferry.Transports.Lan;
using Ferry.Transports.Lan.DnsSd;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Finding;

/// <summary>
/// Shows this node by DNS-SD, and knows where others are shown, for as long as Avahi runs on the machine and the node
/// is on a LAN: again when the daemon was restarted, later when it was not there.
/// </summary>
internal sealed class LanServices : IAsyncDisposable
{
    /// <summary>After a run of this length the next pause is the first again.</summary>
    private static readonly TimeSpan SteadyAfter = TimeSpan.FromMinutes(1);
    private static readonly Backoff Pauses = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    private readonly Avahi? _avahi;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly AsyncSignal _wake = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile IReadOnlyList<ShownService> _shown = [];
    private volatile IReadOnlyList<IPAddress> _hosts = [];

    public LanServices(Avahi? avahi, NodeLife life, TimeProvider time, ILogger log)
    {
        (_avahi, _time, _log) = (avahi, time, log);
        _running = life.RunAsync("service discovery", RunAsync, _stop.Token);
    }

    /// <summary><see cref="Hosts"/> are others than before.</summary>
    public event EventHandler? Changed;

    /// <summary>Where nodes are said to be.</summary>
    public IReadOnlyList<IPAddress> Hosts => _hosts;

    /// <summary>The node is on these from now on; on none it is not shown.</summary>
    public void Use(IReadOnlyList<LanSegment> segments)
    {
        var shown = ShownService.At(segments);
        if (shown.SequenceEqual(_shown)) return;
        _shown = shown;
        _wake.Set();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        var (failures, told) = (0, "");
        while (_avahi is not null)
        {
            if (_shown.Count == 0)
            {
                await _wake.WaitAsync(stop);
                continue;
            }
            var begun = _time.GetTimestamp();
            var over = await RunAsync(_avahi, stop);
            Found([]);
            if (over is null) continue;
            if (_time.GetElapsedTime(begun) > SteadyAfter) failures = 0;
            if (over != told) FindingLog.NoServiceDiscovery(_log, over);
            told = over;
            await _wake.WaitAsync(Pauses.After(failures++), _time, stop);
        }
    }

    /// <summary>Until that ends, with why; or until the node is on another LAN, with null.</summary>
    private async Task<string?> RunAsync(Avahi avahi, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var run = avahi.RunAsync(_shown, Found, either.Token);
        var woken = _wake.WaitAsync(either.Token);
        await Task.WhenAny(run, woken);
        await either.CancelAsync();
        await woken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            return await run;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private void Found(IReadOnlyList<IPAddress> hosts)
    {
        if (hosts.SequenceEqual(_hosts)) return;
        _hosts = hosts;
        Changed?.Invoke(this, EventArgs.Empty);
    }
}
