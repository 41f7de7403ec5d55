using System.Net.NetworkInformation;
using System.Threading.Channels;
using Ferry.Protocol;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Loop;
using Ferry.Transports;

namespace Ferry.Runtime.Links;

/// <summary>
/// Announces to the neighbours where this node listens: at the start, when it leaves or rejoins, and when the machine's
/// network changes, such as a Wi-Fi that comes up.
/// </summary>
internal sealed class AddressAnnouncer : IAsyncDisposable
{
    private readonly Listeners _listeners;
    private readonly NodeLoop _loop;
    private readonly Action<Exception> _fault;
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Task _telling;

    public AddressAnnouncer(Listeners listeners, NodeLoop loop, Action<Exception> fault)
    {
        (_listeners, _loop, _fault) = (listeners, loop, fault);
        _listeners.Changed += OnChanged;
        NetworkChange.NetworkAddressChanged += OnChanged;
        Wake();
        _telling = TellAsync();
    }

    public async ValueTask DisposeAsync()
    {
        NetworkChange.NetworkAddressChanged -= OnChanged;
        _listeners.Changed -= OnChanged;
        _changes.Writer.TryComplete();
        await _telling;
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

    private void OnChanged(object? sender, EventArgs e) => Wake();

    private void Wake() => _changes.Writer.TryWrite(true);

    private async Task TellAsync()
    {
        await Task.Yield();
        try
        {
            while (await _changes.Reader.WaitToReadAsync())
            {
                _changes.Reader.TryRead(out _);
                await _loop.TellAsync(
                    new Input.Listening(Offerable(_listeners.Addresses)), CancellationToken.None);
            }
        }
        catch (FerryException)
        {
            // The node is stopping.
        }
#pragma warning disable CA1031 // Not swallowed: the node stops with it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _fault(e);
        }
    }
}
