using Ferry.Protocol.Finding;
using Ferry.Runtime.Home;
using Ferry.Runtime.Links;
using Ferry.Transports;
using Ferry.Transports.Secure;

namespace Ferry.Runtime.Finding;

/// <summary>Who is near, over all transports, and where somebody is whom the user calls by name.</summary>
/// <param name="finder">Null when this node does not look on its network segments.</param>
internal sealed class NearNodes(TransportSet transports, LanFinder? finder, JoinedAddresses remembered)
{
    /// <exception cref="FerryException">Nobody is there, and the radio cannot be used now.</exception>
    public async Task<IReadOnlyList<DiscoveredInfo>> DiscoverAsync(CancellationToken cancel)
    {
        var radio = transports.DiscoverAsync(cancel);
        var near = await LookAsync(cancel);
        var heard = await radio;
        if (!heard.Succeeded && near.Count == 0)
        {
            if (finder is null) throw LinkFailures.ToException(heard.Failure);
            throw new FerryException(
                FailureKind.NothingFound,
                $"nobody answers on the LAN, and over Bluetooth nobody can be looked for: {heard.Failure.Text}");
        }
        return
        [
            .. near,
            .. (heard.Value ?? []).Select(
                node => new DiscoveredInfo(node.Name, node.Address, node.Transport, node.SignalDbm)),
        ];
    }

    /// <summary>
    /// The address of the node that calls itself that; what is an address already, or nobody's name, comes back as it
    /// is. Members go first: their names are proven.
    /// </summary>
    /// <exception cref="FerryException">Several have the name.</exception>
    public async Task<string> AddressOfAsync(string text, CancellationToken cancel)
    {
        if (finder is null || !MayBeName(text)) return text;
        var named = (await LookAsync(cancel)).Where(node => node.Name == text).ToList();
        var members = named.Where(node => node.Admits == NodeAdmits.Member).ToList();
        if (members.Count > 0) named = members;
        if (named.Count == 0) return text;
        if (named is [var only]) return only.Address;
        throw new FerryException(
            FailureKind.Usage,
            $"several nodes call themselves '{text}': join one of {string.Join(", ", named.Select(it => it.Address))}");
    }

    /// <summary>Addresses have dots or colons, but for bare names of hosts. One that was joined stays one.</summary>
    private bool MayBeName(string text)
    {
        if (Ticket.IsMeant(text) || text.Contains("://", StringComparison.Ordinal)) return false;
        return NodeAddress.Parse(text).Value is not { } address
            || (address is NodeAddress.Tcp && text.AsSpan().IndexOfAny('.', ':') < 0
                && !remembered.All.Contains(address.ToString()));
    }

    private async Task<IReadOnlyList<DiscoveredInfo>> LookAsync(CancellationToken cancel)
    {
        if (finder is null) return [];
        var found = await finder.LookAsync(cancel);
        return [.. found.Select(Describe)
            .OrderBy(node => node.Admits).ThenBy(node => node.Name, StringComparer.Ordinal)
            .ThenBy(node => node.Address, StringComparer.Ordinal)];
    }

    private static DiscoveredInfo Describe(FoundNode node) => new(
        node.Nickname, new NodeAddress.Tcp(node.Place.Host, node.Place.Port).ToString(), "tcp", SignalDbm: null)
    {
        Admits = Admits(node),
    };

    private static NodeAdmits Admits(FoundNode node)
    {
        if (node.Member is not null) return NodeAdmits.Member;
        if (node.Standing.HasFlag(FoundStanding.Open)) return NodeAdmits.Everybody;
        if (node.Standing.HasFlag(FoundStanding.Invites)) return NodeAdmits.Ticket;
        return node.Standing.HasFlag(FoundStanding.Passphrase) ? NodeAdmits.Passphrase : NodeAdmits.Asking;
    }
}
