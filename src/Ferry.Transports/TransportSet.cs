using Ferry.Transports.Bluetooth;
using Ferry.Transports.Tcp;

namespace Ferry.Transports;

/// <summary>
/// The transports of a node. Callers hand in addresses as text and never learn which transport served them.
/// </summary>
public sealed class TransportSet(IReadOnlyList<ITransport> transports) : IDisposable
{
    /// <summary>All transports that this version has on this system.</summary>
    /// <param name="nickname">Shown to whoever looks for nodes.</param>
    public static TransportSet Standard(TimeProvider time, string nickname) => new(OperatingSystem.IsLinux()
        ? [new TcpTransport(time), new RfcommTransport(time, nickname)]
        : [new TcpTransport(time)]);

    public async Task<Outcome<IListener>> ListenAsync(string address, CancellationToken cancel)
    {
        var parsed = NodeAddress.Parse(address);
        if (!parsed.Succeeded) return parsed.Failure;
        return Find(parsed.Value) is { } transport
            ? await transport.ListenAsync(parsed.Value, cancel)
            : Missing(parsed.Value);
    }

    public async Task<Outcome<IConnection>> ConnectAsync(string address, CancellationToken cancel)
    {
        var parsed = NodeAddress.Parse(address);
        if (!parsed.Succeeded) return parsed.Failure;
        return Find(parsed.Value) is { } transport
            ? await transport.ConnectAsync(parsed.Value, cancel)
            : Missing(parsed.Value);
    }

    /// <summary>The nodes that some transport can find without being told of them.</summary>
    public async Task<Outcome<IReadOnlyList<DiscoveredNode>>> DiscoverAsync(CancellationToken cancel)
    {
        var found = new List<DiscoveredNode>();
        LinkFailure? failure = BluetoothFailure.NotThisSystem;
        foreach (var transport in transports.OfType<IDiscovering>())
        {
            var discovered = await transport.DiscoverAsync(cancel);
            failure = discovered.Failure;
            if (discovered.Succeeded) found.AddRange(discovered.Value);
        }

        return failure is not null && found.Count == 0
            ? failure
            : Outcome<IReadOnlyList<DiscoveredNode>>.Of(found);
    }

    public void Dispose()
    {
        foreach (var transport in transports.OfType<IDisposable>()) transport.Dispose();
    }

    private ITransport? Find(NodeAddress address)
    {
        foreach (var transport in transports)
        {
            if (string.Equals(transport.Scheme, address.Scheme, StringComparison.Ordinal)) return transport;
        }

        return null;
    }

    private static LinkFailure Missing(NodeAddress address) => address is NodeAddress.Bluetooth
        or NodeAddress.Adapter
        ? BluetoothFailure.NotThisSystem
        : new(LinkFailureKind.NoSuchTransport, $"this node has no transport for {address}: join it over TCP");
}
