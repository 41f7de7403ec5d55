using System.Net;
using System.Net.Sockets;

namespace Ferry.Transports;

/// <summary>
/// Whose an address is, as far as a listener can tell: what is bounded for each origin is bounded for each host,
/// however many ports it has. Of IPv6 it is the network of 64 bits: a host takes any number of addresses in it.
/// </summary>
public static class AddressOrigin
{
    private const int NetworkBytes = 8;

    public static string Of(string address) => NodeAddress.Parse(address).Value switch
    {
        NodeAddress.Tcp tcp => OfHost(tcp.Host),
        NodeAddress.Bluetooth bluetooth => bluetooth.Address.ToString(),
        _ => address,
    };

    private static string OfHost(string host)
    {
        if (!IPAddress.TryParse(host, out var ip)) return host;
        if (ip.IsIPv4MappedToIPv6) ip = ip.MapToIPv4();
        if (ip.AddressFamily != AddressFamily.InterNetworkV6) return ip.ToString();
        var bytes = ip.GetAddressBytes();
        Array.Clear(bytes, NetworkBytes, bytes.Length - NetworkBytes);
        return new IPAddress(bytes, ip.ScopeId).ToString();
    }
}
