namespace Ferry.Transports;

/// <summary>
/// Where a connection runs: its transport and the hosts at its ends, whoever of them connected and at whatever port.
/// Two links between the same nodes over the same path are duplicates; over another network, or another radio, a second
/// link is a second path.
/// </summary>
internal static class LinkPath
{
    public static string Of(IConnection connection)
    {
        var (near, far) = (HostOf(connection.LocalAddress), HostOf(connection.RemoteAddress));
        if (string.CompareOrdinal(near, far) > 0) (near, far) = (far, near);
        return $"{connection.Traits.Transport} {near} {far}";
    }

    private static string HostOf(string address) => NodeAddress.Parse(address).Value switch
    {
        NodeAddress.Tcp tcp => tcp.Host,
        NodeAddress.Bluetooth bluetooth => bluetooth.Address.ToString(),
        _ => address,
    };
}
