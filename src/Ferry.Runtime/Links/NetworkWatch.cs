using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Links;

/// <summary>
/// Tells when the machine's network may have changed: when the system says so, or every <see cref="LookEvery"/> where
/// it does not, as in a sandbox without netlink.
/// </summary>
internal sealed class NetworkWatch : IDisposable
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(60);

    private readonly Action _onChange;
    private readonly ITimer? _timer;

    public NetworkWatch(Action onChange, TimeProvider time, ILogger log)
        : this(onChange, handler => NetworkChange.NetworkAddressChanged += handler, time, log) { }

    internal NetworkWatch(
        Action onChange, Action<NetworkAddressChangedEventHandler> subscribe, TimeProvider time, ILogger log)
    {
        _onChange = onChange;
        try
        {
            subscribe(OnChanged);
        }
        catch (Exception e) when (e is NetworkInformationException or SocketException or PlatformNotSupportedException)
        {
            LinkLog.NetworkNotWatched(log, e.Message, (int)LookEvery.TotalSeconds);
            _timer = time.CreateTimer(_ => onChange(), null, LookEvery, LookEvery);
        }
    }

    public void Dispose()
    {
        if (_timer is null) NetworkChange.NetworkAddressChanged -= OnChanged;
        else _timer.Dispose();
    }

    private void OnChanged(object? sender, EventArgs e) => _onChange();
}
