using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Ferry.Transports.Lan;

/// <summary>A network that this machine is on without a router in between, seen from one of its addresses.</summary>
/// <param name="Card">The system's name for the network interface.</param>
/// <param name="Own">This machine's address there.</param>
/// <param name="Everybody">Where a datagram reaches all machines there.</param>
/// <param name="Port">Where this node takes connections at its address.</param>
public sealed record LanSegment(
    string Card, int CardIndex, IPAddress Own, IPAddress Everybody, int PrefixBits, ushort Port)
{
    /// <summary>More cards are those of containers and virtual machines.</summary>
    public const int SegmentsMax = 32;

    /// <summary>Transient and of the link alone (RFC 4291, 2.7).</summary>
    private static readonly IPAddress Group = IPAddress.Parse("ff12::4747");

    /// <summary>Networks of two hosts have no address for all.</summary>
    private const int PrefixBitsMax = 30;

    /// <param name="portAt">Where the node takes connections at an own address; null where it does not.</param>
    public static IReadOnlyList<LanSegment> Now(Func<IPAddress, ushort?> portAt)
    {
        try
        {
            var found =
                from card in NetworkInterface.GetAllNetworkInterfaces()
                where card.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown
                where card.NetworkInterfaceType != NetworkInterfaceType.Loopback
                from own in card.GetIPProperties().UnicastAddresses
                select Of(card, own, portAt);
            return [.. found.OfType<LanSegment>().DistinctBy(segment => segment.Everybody).Take(SegmentsMax)];
        }
        catch (NetworkInformationException)
        {
            // Sandboxes without netlink, and some systems to ordinary users, do not tell.
            return [];
        }
    }

    /// <summary>Whether an address is one of this segment.</summary>
    public bool Has(IPAddress other)
    {
        if (other.AddressFamily != Own.AddressFamily) return false;
        if (Own.AddressFamily == AddressFamily.InterNetworkV6)
            return other.IsIPv6LinkLocal && other.ScopeId == CardIndex;
        return Broadcast(other, PrefixBits).Equals(Everybody);
    }

    /// <summary>
    /// The segment that the machine is on, or the one by which it is reached if it was told and has a private address;
    /// null when it is no business of this node.
    /// </summary>
    internal static LanSegment? For(
        IPAddress host, IReadOnlyList<LanSegment> segments, IReadOnlyList<IPAddress> told) =>
        segments.FirstOrDefault(segment => segment.Has(host))
            ?? (IsPrivate(host) && told.Contains(host)
                ? segments.FirstOrDefault(segment => segment.Own.AddressFamily == host.AddressFamily) : null);

    /// <summary>Whether an address is one that no router of the internet knows (RFC 1918, RFC 4193).</summary>
    private static bool IsPrivate(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6) return address.IsIPv6UniqueLocal;
        return address.GetAddressBytes() is [10, ..] or [172, >= 16 and < 32, ..] or [192, 168, ..];
    }

    internal static IPAddress Broadcast(IPAddress address, int prefixBits)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = prefixBits; bit < bytes.Length * 8; bit++) bytes[bit / 8] |= (byte)(0x80 >> (bit % 8));
        return new IPAddress(bytes);
    }

    private static LanSegment? Of(
        NetworkInterface card, UnicastIPAddressInformation own, Func<IPAddress, ushort?> portAt)
    {
        var address = own.Address;
        if (IPAddress.IsLoopback(address) || portAt(address) is not { } port) return null;
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return own.PrefixLength is 0 or > PrefixBitsMax ? null : new LanSegment(
                card.Name, IndexOf(card), address, Broadcast(address, own.PrefixLength), own.PrefixLength, port);
        }
        if (!address.IsIPv6LinkLocal) return null;
        var index = card.GetIPProperties().GetIPv6Properties().Index;
        return new LanSegment(
            card.Name, index, address, new IPAddress(Group.GetAddressBytes(), index), own.PrefixLength, port);
    }

    private static int IndexOf(NetworkInterface card) => card.GetIPProperties().GetIPv4Properties().Index;
}
