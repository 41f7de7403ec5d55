using Ferry.Transports.Bluetooth.DBus;
using Ferry.Transports.Bluetooth.Sdp;

namespace Ferry.Transports.Bluetooth;

/// <summary>
/// Keeps a node's record in the service discovery of its machine while the node listens: again when the Bluetooth
/// daemon was restarted, later when it was not there. Without the record others can still join, by address and channel.
/// </summary>
internal sealed class ServicePublication : IAsyncDisposable
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WithdrawTimeLimit = TimeSpan.FromSeconds(3);

    private readonly BlueZ _daemon;
    private readonly FerryService _service;
    private readonly TimeProvider _time;
    private readonly string _path;
    private readonly CancellationTokenSource _stop = new();
    private DaemonSession? _publishedAt;
    private Task _keeping = Task.CompletedTask;

    private ServicePublication(BlueZ daemon, FerryService service, TimeProvider time)
    {
        (_daemon, _service, _time) = (daemon, service, time);
        _path = $"/org/ferry/{service.Adapter.ToString().Replace(':', '_')}/{service.Channel}";
    }

    /// <summary>Why the record is not there, in a sentence; null when it is.</summary>
    public string? Failure { get; private set; }

    /// <summary>Returns when it has been tried once.</summary>
    public static async Task<ServicePublication> StartAsync(
        BlueZ daemon, FerryService service, TimeProvider time, CancellationToken cancel)
    {
        var publication = new ServicePublication(daemon, service, time);
        await publication.TryPublishAsync(cancel);
        publication._keeping = publication.KeepAsync();
        return publication;
    }

    /// <summary>Withdraws the record. A daemon that is gone has none to withdraw.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _keeping;
        _stop.Dispose();
        if (_publishedAt is null) return;
        try
        {
            using var limit = new CancellationTokenSource(WithdrawTimeLimit, _time);
            await _daemon.WithdrawAsync(_path, limit.Token);
        }
        catch (Exception e) when (e is BusException or OperationCanceledException)
        {
            // It goes when this process's connection to the bus goes.
        }
    }

    private async Task KeepAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(LookAgainAfter, _time, _stop.Token);
                await TryPublishAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The node listens no more.
        }
    }

    private async Task TryPublishAsync(CancellationToken cancel)
    {
        try
        {
            var daemon = await _daemon.IdentifyAsync(cancel);
            if (daemon == _publishedAt) return;
            await _daemon.PublishAsync(_service, _path, Guid.NewGuid(), cancel);
            _publishedAt = daemon;
            Failure = null;
        }
        catch (BusException e)
        {
            _publishedAt = null;
            Failure = $"others cannot find its channel: {e.ForPeople}; until then they have to give it, "
                + $"join {new NodeAddress.Bluetooth(_service.Adapter, _service.Channel)}";
        }
    }
}
