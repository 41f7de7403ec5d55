using System.Net;
using System.Net.Sockets;

namespace Ferry.Transports.Tcp;

/// <summary>Where a listening socket can be reached from other machines, at the moment.</summary>
internal static class TcpAddresses
{
    /// <summary>
    /// A wildcard cannot be dialed: it is replaced by the addresses of this machine. None when it has only those of the
    /// loopback.
    /// </summary>
    public static IReadOnlyList<string> Of(IPEndPoint bound) => IsWildcard(bound.Address)
        ? [.. OwnAddresses.Now(IsV6(bound.Address)).Select(own => Text(own, bound.Port))]
        : [TcpConnection.Text(bound)];

    /// <summary>What keeps others from connecting, in a sentence; null when nothing does.</summary>
    /// <param name="asked">What the user wrote.</param>
    public static string? Caveat(NodeAddress.Tcp asked, IPEndPoint bound)
    {
        if (IsWildcard(bound.Address) && OwnAddresses.Now(IsV6(bound.Address)).Count == 0)
            return "no address of this machine in any network is known, so others cannot join until it is in one";
        if (!IPAddress.IsLoopback(bound.Address) || IPAddress.TryParse(asked.Host, out _)) return null;
        if (asked.Host.Contains("localhost", StringComparison.Ordinal)) return null;
        return $"the name '{asked.Host}' means {bound.Address} here, probably by the file /etc/hosts, and only this "
            + $"machine can connect to that: listen at tcp://[::]:{asked.Port}, or at an address of this machine";
    }

    public static bool IsWildcard(IPAddress address) =>
        address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static bool IsV6(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>A link-local address of IPv6 is one only together with the card.</summary>
    private static string Text(OwnAddress own, int port)
    {
        if (!own.Address.IsIPv6LinkLocal || own.Card is null)
            return TcpConnection.Text(new IPEndPoint(own.Address, port));
        return new NodeAddress.Tcp($"{new IPAddress(own.Address.GetAddressBytes())}%{own.Card}", port).ToString();
    }
}
