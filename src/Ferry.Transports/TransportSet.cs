using Ferry.Transports.Tcp;

namespace Ferry.Transports;

/// <summary>
/// The transports of a node. Callers hand in addresses as text and never learn which transport served them.
/// </summary>
public sealed class TransportSet(IReadOnlyList<ITransport> transports)
{
    /// <summary>All transports that this version has.</summary>
    public static TransportSet Standard(TimeProvider time) => new([new TcpTransport(time)]);

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

    private ITransport? Find(NodeAddress address)
    {
        foreach (var transport in transports)
        {
            if (string.Equals(transport.Scheme, address.Scheme, StringComparison.Ordinal)) return transport;
        }

        return null;
    }

    private static LinkFailure Missing(NodeAddress address) => new(
        LinkFailureKind.NoSuchTransport,
        address is NodeAddress.Bluetooth
            ? $"{address} is a Bluetooth address, and this version has no Bluetooth yet. "
                + "Use the machine's IP address, such as 192.168.1.7."
            : $"This node has no transport for {address}.");
}
