using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Ferry.Transports.Tcp;

/// <summary>Where a listening socket can be reached from other machines, at the moment.</summary>
internal static class TcpAddresses
{
    /// <summary>A wildcard cannot be dialed: it is replaced by the addresses of this machine.</summary>
    public static IReadOnlyList<string> Of(IPEndPoint bound)
    {
        var isWildcard = bound.Address.Equals(IPAddress.Any) || bound.Address.Equals(IPAddress.IPv6Any);
        var own = isWildcard ? OwnAddresses(bound.AddressFamily) : [];
        return own.Count > 0
            ? [.. own.Select(address => TcpConnection.Text(new IPEndPoint(address, bound.Port)))]
            : [TcpConnection.Text(bound)];
    }

    private static List<IPAddress> OwnAddresses(AddressFamily family)
    {
        List<IPAddress> all;
        try
        {
            all = NetworkInterface.GetAllNetworkInterfaces()
                .Where(card => card.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
                .SelectMany(card => card.GetIPProperties().UnicastAddresses)
                .Select(own => own.Address)
                .Where(own => !IPAddress.IsLoopback(own) && !own.IsIPv6LinkLocal)
                .ToList();
        }
        catch (NetworkInformationException)
        {
            // Some systems do not list addresses for ordinary users; the wildcard is shown then.
            return [];
        }
        // A socket on the IPv6 wildcard takes IPv4 too.
        var v4 = all.Where(own => own.AddressFamily == AddressFamily.InterNetwork);
        return [.. v4, .. family == AddressFamily.InterNetworkV6 ? all.Where(own => own.AddressFamily == family) : []];
    }
}
