using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Ferry.Transports.Tcp;

/// <param name="Card">The system's name for the network interface; null when it is not known.</param>
/// <param name="IsBridge">Of machines inside this one: others have no way there.</param>
internal sealed record OwnAddress(IPAddress Address, string? Card, bool IsBridge);

/// <summary>
/// The addresses of this machine, the most useful to somebody else first: those that packets to the rest of the world
/// leave from; the other cards; bridges of containers and virtual machines. Link-local ones, which are worth something
/// on one cable only, are told when there are no others.
/// </summary>
internal static class OwnAddresses
{
    /// <summary>Addresses of documentation (RFC 5737, RFC 3849), to which the way is the same as to anywhere.</summary>
    private static readonly IPAddress SomewhereV4 = new([192, 0, 2, 1]), SomewhereV6 = IPAddress.Parse("2001:db8::1");

    /// <summary>Of hypervisors whose networks are no bridges of the kernel.</summary>
    private static readonly string[] VirtualCards = ["vboxnet", "vmnet"];

    private const int DiscardPort = 9;

    public static IReadOnlyList<OwnAddress> Now(bool withV6)
    {
        IPAddress?[] waysOut = [WayOut(SomewhereV4), WayOut(SomewhereV6)];
        return Order(OfCards(), [.. waysOut.OfType<IPAddress>()], withV6);
    }

    /// <param name="found">Empty where the system does not let us look: the ways out are known all the same.</param>
    internal static IReadOnlyList<OwnAddress> Order(
        IReadOnlyList<OwnAddress> found, IReadOnlyList<IPAddress> waysOut, bool withV6)
    {
        var known = found.Select(own => own.Address).ToHashSet();
        var others = waysOut.Where(own => !known.Contains(own));
        var all = found.Concat(others.Select(own => new OwnAddress(own, Card: null, IsBridge: false)))
            .Where(own => !IPAddress.IsLoopback(own.Address))
            .Where(own => withV6 || own.Address.AddressFamily == AddressFamily.InterNetwork)
            .OrderByDescending(own => waysOut.Contains(own.Address))
            .ThenBy(own => own.IsBridge)
            .ThenBy(own => own.Address.AddressFamily == AddressFamily.InterNetworkV6)
            .ToList();
        var wide = all.Where(own => !IsLinkLocal(own.Address)).ToList();
        return wide.Exists(own => !own.IsBridge) ? wide : [.. all.Where(own => !own.IsBridge), .. wide];
    }

    /// <summary>A card that has a link-local address of IPv6, as examples in messages name it.</summary>
    public static string? SomeCard() => OfCards().Find(own => own.Address.IsIPv6LinkLocal && !own.IsBridge)?.Card;

    /// <summary>
    /// The address that packets to a place far away would leave from. Nothing is sent: to connect a socket of datagrams
    /// is to look the way up. Null when there is none.
    /// </summary>
    private static IPAddress? WayOut(IPAddress somewhere)
    {
        try
        {
            using var probe = new Socket(somewhere.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            probe.Connect(new IPEndPoint(somewhere, DiscardPort));
            return ((IPEndPoint)probe.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            // No way leads out, or this system has not the family.
            return null;
        }
    }

    private static List<OwnAddress> OfCards()
    {
        try
        {
            return
            [
                .. from card in NetworkInterface.GetAllNetworkInterfaces()
                where card.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown
                from own in card.GetIPProperties().UnicastAddresses
                select new OwnAddress(own.Address, card.Name, IsBridge(card.Name)),
            ];
        }
        catch (NetworkInformationException)
        {
            // Sandboxes without netlink, and some systems to ordinary users, do not tell.
            return [];
        }
    }

    private static bool IsBridge(string card) => Directory.Exists($"/sys/class/net/{card}/bridge")
        || Array.Exists(VirtualCards, name => card.StartsWith(name, StringComparison.Ordinal));

    private static bool IsLinkLocal(IPAddress address) =>
        address.IsIPv6LinkLocal || (address.GetAddressBytes() is [169, 254, _, _]);
}
