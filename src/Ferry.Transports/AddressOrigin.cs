using System.Net;
using System.Net.Sockets;

namespace Ferry.Transports;

/// <summary>
/// Whose an address is, as far as a listener can tell: what is bounded for each origin is bounded for each host,
/// however many ports it has. Of IPv6 it is the network of 64 bits, as a host takes any number of addresses in it; but
/// all links have the same network for their own addresses, so of those it is the address.
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

    /// <summary>A program of this machine, or what stands for others here, such as the end of a tunnel.</summary>
    public static bool IsThisMachine(string address) =>
        NodeAddress.Parse(address).Value is NodeAddress.Tcp tcp
        && IPAddress.TryParse(tcp.Host, out var ip) && IPAddress.IsLoopback(ip);

    private static string OfHost(string host)
    {
        if (!IPAddress.TryParse(host, out var ip)) return host;
        if (ip.IsIPv4MappedToIPv6) ip = ip.MapToIPv4();
        if (ip.AddressFamily != AddressFamily.InterNetworkV6 || ip.IsIPv6LinkLocal) return ip.ToString();
        var bytes = ip.GetAddressBytes();
        Array.Clear(bytes, NetworkBytes, bytes.Length - NetworkBytes);
        return new IPAddress(bytes, ip.ScopeId).ToString();
    }
}
