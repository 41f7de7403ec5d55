using System.Net;
using System.Net.Sockets;

namespace Ferry.Transports.Lan.DnsSd;

/// <summary>
/// The services of other machines that the daemon tells of. Whoever is on the LAN can say anything there, so they are
/// bounded, and addresses that no single other machine can have are passed over. What is kept is believed by nobody: it
/// is where a probe goes.
/// </summary>
/// <param name="own">The name under which this node is shown.</param>
internal sealed class ToldServices(string own)
{
    public const int ServicesMax = 64;

    /// <summary>The service is one of this machine, whose nodes hear each other anyway.</summary>
    public const uint IsLocal = 8;

    /// <summary>A label of DNS, and a name.</summary>
    private const int NameCharsMax = 63;
    private const int DomainCharsMax = 255;
    private const int AddressCharsMax = 45;

    private readonly Dictionary<ServiceKey, Told> _told = [];

    /// <summary>Where nodes are said to be.</summary>
    public IReadOnlyList<IPAddress> Hosts => [.. _told.Values.Select(told => told.Host).OfType<IPAddress>().Distinct()];

    /// <summary>Whether it is a new one of which the address is wanted.</summary>
    public bool Add(ServiceKey service, uint flags) =>
        (flags & IsLocal) == 0 && service.Name != own
            && service.Name.Length <= NameCharsMax && service.Domain.Length <= DomainCharsMax
            && _told.Count < ServicesMax && _told.TryAdd(service, new Told(Resolver: null, Host: null));

    /// <param name="resolver">The daemon's object that watches the address.</param>
    public void OnResolver(ServiceKey service, string resolver)
    {
        if (_told.TryGetValue(service, out var told)) _told[service] = told with { Resolver = resolver };
    }

    public void OnAddress(ServiceKey service, string address)
    {
        if (_told.TryGetValue(service, out var told))
            _told[service] = told with { Host = ReadAddress(address, service.Card) };
    }

    /// <summary>The resolver of the service, which is of no use any more; null when there is none.</summary>
    public string? Remove(ServiceKey service) => _told.Remove(service, out var told) ? told.Resolver : null;

    /// <summary>Null when no other machine can have it. A link-local address gets its scope by the card.</summary>
    internal static IPAddress? ReadAddress(string text, int card)
    {
        if (text.Length > AddressCharsMax || text.AsSpan().IndexOfAny('%', '[', '/') >= 0) return null;
        if (!IPAddress.TryParse(text, out var address) || IPAddress.IsLoopback(address)) return null;
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            var isUnicast = address.GetAddressBytes() is [> 0 and < 224, ..];
            return isUnicast && address.ToString() == text ? address : null;
        }
        if (address.IsIPv6Multicast || address.IsIPv4MappedToIPv6 || address.Equals(IPAddress.IPv6Any)) return null;
        if (!address.IsIPv6LinkLocal) return address;
        return card > 0 ? new IPAddress(address.GetAddressBytes(), card) : null;
    }

    private sealed record Told(string? Resolver, IPAddress? Host);
}
