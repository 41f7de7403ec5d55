using System.Net;
using Ferry.Protocol.Finding;
using Ferry.Protocol.Values;
using Ferry.Runtime.Home;
using Ferry.Runtime.Links;
using Ferry.Transports;

namespace Ferry.Runtime.Finding;

/// <summary>What the finder has to know of its node.</summary>
internal sealed class FinderView(
    NodeOptions options, KnownNodes known, LinkTable links, Listeners listeners) : IFinderView
{
    /// <summary>Members that are linked because they were found; the others are reached through them.</summary>
    public const int LinksMax = 32;

    public FoundStanding Standing =>
        (options.Open ? FoundStanding.Open : FoundStanding.None)
        | (options.PassphraseFile is null ? FoundStanding.None : FoundStanding.Passphrase)
        | (known.Invites ? FoundStanding.Invites : FoundStanding.None);

    public string Nickname => options.Nickname;

    public bool IsWanted(NodeId member) =>
        !known.IsBlocked(member) && links.Count < LinksMax && !links.TransportsTo(member).Contains("tcp");

    public bool IsLinked(string host) =>
        IPAddress.TryParse(host, out var wanted) && links.Addresses.Any(address => HostOf(address) is { } linked
            && linked.GetAddressBytes().AsSpan().SequenceEqual(wanted.GetAddressBytes()));

    /// <summary>Whether it listens anywhere but on the loopback.</summary>
    public bool IsOnNetwork => listeners.BoundAddresses.Any(
        address => HostOf(address) is { } bound && !IPAddress.IsLoopback(bound));

    /// <summary>Where this node takes connections at an address of this machine; null where it does not.</summary>
    public ushort? PortAt(IPAddress own)
    {
        foreach (var address in listeners.BoundAddresses)
        {
            if (NodeAddress.Parse(address).Value is not NodeAddress.Tcp tcp
                || !IPAddress.TryParse(tcp.Host, out var bound)) continue;
            var takes = bound.Equals(IPAddress.IPv6Any)
                || (bound.Equals(IPAddress.Any) && own.AddressFamily == bound.AddressFamily)
                || bound.GetAddressBytes().AsSpan().SequenceEqual(own.GetAddressBytes());
            if (takes) return (ushort)tcp.Port;
        }

        return null;
    }

    private static IPAddress? HostOf(string address)
    {
        if (NodeAddress.Parse(address).Value is not NodeAddress.Tcp tcp
            || !IPAddress.TryParse(tcp.Host, out var host)) return null;
        return host.IsIPv4MappedToIPv6 ? host.MapToIPv4() : host;
    }
}
