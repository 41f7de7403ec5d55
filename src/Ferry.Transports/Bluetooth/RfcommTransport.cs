using System.Net.Sockets;
using Ferry.Transports.Bluetooth.DBus;
using Ferry.Transports.Bluetooth.Sdp;

namespace Ferry.Transports.Bluetooth;

/// <summary>Bluetooth Classic by Linux's RFCOMM sockets: byte streams to devices some ten metres away.</summary>
/// <param name="nickname">What others see when they look for nodes.</param>
internal sealed class RfcommTransport(TimeProvider time, string nickname) : ITransport, IDiscovering, IDisposable
{
    /// <summary>
    /// The kernel gives up on a device that does not answer after 5 s. The rest is for one that answers and asks its
    /// user to confirm a pairing.
    /// </summary>
    public static readonly TimeSpan ConnectTimeLimit = TimeSpan.FromSeconds(30);

    private const int Backlog = 8;

    /// <summary>A controller looks for one device at a time: a second dial would only make both fail late.</summary>
    private readonly SemaphoreSlim _dialing = new(1, 1);

    private readonly BlueZ _daemon = new(time);
    private readonly RadioTraffic _traffic = new(time);
    private readonly Lock _gate = new();

    /// <summary>Where the node was told to listen, also while it has left the network and does not.</summary>
    private readonly HashSet<BluetoothAddress> _chosen = [];

    public string Scheme => "bluetooth";

    public async Task<Outcome<IConnection>> ConnectAsync(NodeAddress address, CancellationToken cancel)
    {
        if (address is not NodeAddress.Bluetooth target)
        {
            return new LinkFailure(
                LinkFailureKind.BadAddress,
                $"{address} is an adapter of this machine: give the address of the other device, such as "
                    + "AA:BB:CC:DD:EE:FF");
        }
        var source = FindOn();
        if (!source.Succeeded) return source.Failure;
        if (source.Value.Address == target.Address)
            return new LinkFailure(
                LinkFailureKind.Self, $"{target} is this machine itself: give the address of another one");
        await _dialing.WaitAsync(cancel);
        try
        {
            return await DialAsync(target, source.Value.Address, cancel);
        }
        finally
        {
            _dialing.Release();
        }
    }

    public async Task<Outcome<IListener>> ListenAsync(NodeAddress address, CancellationToken cancel)
    {
        var adapter = FindOwn(address);
        if (!adapter.Succeeded) return adapter.Failure;
        var channel = (address as NodeAddress.Bluetooth)?.Channel ?? (address as NodeAddress.Adapter)?.Channel;
        Socket? socket = null;
        try
        {
            socket = BluetoothKernel.OpenRfcomm();
            socket.Bind(new RfcommEndPoint(adapter.Value.Address, channel ?? 0));
            socket.Listen(Backlog);
            var bound = (RfcommEndPoint)socket.LocalEndPoint!;
            var service = new FerryService(bound.Address, bound.Channel, nickname);
            var publication = await ServicePublication.StartAsync(_daemon, service, time, cancel);
            var text = new NodeAddress.Bluetooth(bound.Address, bound.Channel).ToString();
            var accepting = new SocketListener(
                socket, text, () => [text], () => null, accepted => new RfcommConnection(accepted, _traffic), time);
            socket = null;
            lock (_gate) _chosen.Add(bound.Address);
            return Outcome<IListener>.Of(new RfcommListening(accepting, publication, bound.Address));
        }
        catch (SocketException e)
        {
            return BluetoothFailure.OfListen(adapter.Value, channel, e.SocketErrorCode, e.Message);
        }
        finally
        {
            socket?.Dispose();
        }
    }

    public async Task<Outcome<IReadOnlyList<DiscoveredNode>>> DiscoverAsync(CancellationToken cancel)
    {
        var adapter = FindOn();
        if (!adapter.Succeeded) return adapter.Failure;
        return await new NodeDiscovery(_daemon, _traffic, _dialing, time).RunAsync(adapter.Value, cancel);
    }

    public void Dispose()
    {
        _dialing.Dispose();
        _daemon.Dispose();
    }

    /// <summary>
    /// The adapter to dial and to look around from: where this node listens, so that the other end sees the address
    /// that it knows; or else the first that is on.
    /// </summary>
    private Outcome<BluetoothAdapter> FindOn()
    {
        var adapters = BluetoothAdapter.All();
        if (!adapters.Succeeded) return adapters.Failure;
        BluetoothAdapter? source;
        lock (_gate)
        {
            source = adapters.Value.FirstOrDefault(adapter => _chosen.Contains(adapter.Address))
                ?? adapters.Value.FirstOrDefault(adapter => adapter.State == AdapterState.On)
                ?? (adapters.Value.Count > 0 ? adapters.Value[0] : null);
        }
        if (source is null) return BluetoothFailure.NoAdapter;
        return BluetoothFailure.OfState(source) is { } failure ? failure : Outcome<BluetoothAdapter>.Of(source);
    }

    private async Task<Outcome<IConnection>> DialAsync(
        NodeAddress.Bluetooth target, BluetoothAddress source, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(ConnectTimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            return target.Channel is { } channel
                ? Outcome<IConnection>.Of(await ConnectAsync(source, target.Address, channel, either.Token))
                : await FindAndConnectAsync(target, source, either.Token);
        }
        catch (SocketException e)
        {
            return BluetoothFailure.OfConnect(target, e.SocketErrorCode, e.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return BluetoothFailure.OfConnect(target, SocketError.TimedOut, string.Empty);
        }
    }

    /// <summary>
    /// Asks the device for its channel. A machine with several nodes has several, and a record may outlive its node for
    /// a moment: a channel at which nobody listens any more is passed over.
    /// </summary>
    private async Task<Outcome<IConnection>> FindAndConnectAsync(
        NodeAddress.Bluetooth target, BluetoothAddress source, CancellationToken cancel)
    {
        var services = await SdpClient.FindAsync(source, target.Address, cancel) ?? [];
        foreach (var service in services)
        {
            try
            {
                return Outcome<IConnection>.Of(await ConnectAsync(source, target.Address, service.Channel, cancel));
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
            {
                // The next record, or nobody.
            }
        }

        return BluetoothFailure.NoService(target);
    }

    private async Task<IConnection> ConnectAsync(
        BluetoothAddress source, BluetoothAddress device, int channel, CancellationToken cancel)
    {
        var socket = BluetoothKernel.OpenRfcomm();
        try
        {
            socket.Bind(new RfcommEndPoint(source, 0));
            await socket.ConnectAsync(new RfcommEndPoint(device, channel), cancel);
            return new RfcommConnection(socket, _traffic);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Outcome<BluetoothAdapter> FindOwn(NodeAddress address)
    {
        var adapters = BluetoothAdapter.All();
        if (!adapters.Succeeded) return adapters.Failure;
        var (asked, found) = address switch
        {
            NodeAddress.Bluetooth own => (
                own.Address.ToString(), adapters.Value.FirstOrDefault(adapter => adapter.Address == own.Address)),
            NodeAddress.Adapter own => (
                own.Name, adapters.Value.FirstOrDefault(adapter => adapter.Name == own.Name)),
            _ => throw new InvalidOperationException($"{address} is no Bluetooth address."),
        };
        return found is null
            ? BluetoothFailure.NoSuchAdapter(asked, adapters.Value)
            : Outcome<BluetoothAdapter>.Of(found);
    }
}
