using Ferry.Protocol;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Loop;
using Ferry.Transports;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Links;

/// <summary>
/// Announces to the neighbours where this node listens: at the start, when it leaves or rejoins, and when the machine's
/// network changes, such as a Wi-Fi that comes up.
/// </summary>
internal sealed class AddressAnnouncer : IAsyncDisposable
{
    private readonly Listeners _listeners;
    private readonly NodeLoop _loop;
    private readonly NetworkWatch _network;
    private readonly AsyncSignal _changed = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _telling;

    public AddressAnnouncer(Listeners listeners, NodeLoop loop, NodeLife life, TimeProvider time, ILogger log)
    {
        (_listeners, _loop) = (listeners, loop);
        _listeners.Changed += OnChanged;
        _network = new NetworkWatch(_changed.Set, time, log);
        _changed.Set();
        _telling = life.RunAsync("telling addresses", TellAsync, _stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _network.Dispose();
        _listeners.Changed -= OnChanged;
        await _stop.CancelAsync();
        await _telling;
        _stop.Dispose();
    }

    /// <summary>The addresses that another machine can dial, within the bounds of the message.</summary>
    internal static IReadOnlyList<string> Offerable(IEnumerable<string> addresses) =>
    [
        .. addresses
            .Where(address => address.Length <= WireLimits.AddressBytesMax)
            .Where(address => NodeAddress.Parse(address).Value is { CanBeOffered: true })
            .Distinct()
            .Take(WireLimits.AddressesMax),
    ];

    private void OnChanged(object? sender, EventArgs e) => _changed.Set();

    private async Task TellAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await _changed.WaitAsync(stop);
                await _loop.TellAsync(new Input.Listening(Offerable(_listeners.Addresses)), CancellationToken.None);
            }
        }
        catch (FerryException)
        {
            // The node is stopping.
        }
    }
}
