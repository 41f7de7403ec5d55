using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Runtime.Home;
using Ferry.Runtime.Loop;

namespace Ferry.Runtime.Links;

/// <summary>The neighbours and the routes, as told to users.</summary>
internal sealed class NetworkViews(
    NodeLoop loop, Connector connector, KnownNodes known, NetworkTalk talk, WaitingList waiting, NoticeBoard notices,
    TimeProvider time)
{
    /// <summary>Who is linked, the joined addresses that are not, and the other nodes that the user knows.</summary>
    public async Task<IReadOnlyList<PeerInfo>> PeersAsync(CancellationToken cancel)
    {
        var neighbours = await loop.QueryAsync((engine, now) => engine.Neighbours(now), cancel);
        var linked = neighbours.GroupBy(link => link.Node).Select(node => new PeerInfo(
            node.Key.ToString(), node.First().Nickname, PeerState.Connected, [.. node.Select(Describe)])
        {
            Role = talk.RoleOf(node.Key), SharedKey = notices.IsKeyShared(node.Key),
        });
        var present = neighbours.Select(link => link.Node).ToHashSet();
        var away = connector.Addresses
            .Where(address => address.Peer is null || !present.Contains(address.Peer.Node))
            .ToList();
        present.UnionWith(away.Select(address => address.Peer?.Node ?? NodeId.None));
        var absent = known.All.Where(node => !present.Contains(node.Node)).Select(node => new PeerInfo(
            node.Node.ToString(), node.Nickname, node.IsBlocked ? PeerState.Blocked : PeerState.Away, []));
        return [.. linked, .. away.Select(Describe), .. absent, .. waiting.All.Select(Describe)];
    }

    private PeerInfo Describe(WaitingNode node) => new(node.Node.ToString(), node.Nickname, PeerState.Waiting, [])
    {
        WaitsAt = node.Address, WaitsSeconds = (time.GetUtcNow() - node.Since).TotalSeconds,
    };

    private static PeerInfo Describe(JoinedAddress address) => new(
        address.Peer?.Node.ToString() ?? "", address.Peer?.Nickname ?? address.Address,
        StateOf(address), []);

    private static PeerState StateOf(JoinedAddress address)
    {
        if (address.HasChanged) return PeerState.KeyChanged;
        if (address.HasAsked) return PeerState.Asked;
        return address.IsDialing ? PeerState.Connecting : PeerState.Away;
    }

    public async Task<IReadOnlyList<RouteInfo>> RoutesAsync(CancellationToken cancel)
    {
        var (routes, neighbours) = await loop.QueryAsync(
            (engine, now) => (engine.Routes(now), engine.Neighbours(now)), cancel);
        var names = neighbours.DistinctBy(link => link.Node).ToDictionary(link => link.Node, link => link.Nickname);
        return [.. routes.Zip(RouteWords.Why(routes), (route, why) => new RouteInfo(
            route.Destination.ToString(), route.NextHop.ToString(), names.GetValueOrDefault(route.NextHop, ""),
            route.Hops, route.Metric.TotalMilliseconds, route.FirstHop.TotalMilliseconds, route.Transport,
            route.Age.TotalSeconds, route.Verdict == RouteVerdict.InUse, why))];
    }

    private static LinkInfo Describe(LinkStatus link) => new(
        link.Transport, link.Address, link.Dialed, link.Rate, link.RoundTrip?.TotalMilliseconds, link.Age.TotalSeconds,
        UseOf(link.Role));

    private static LinkUse UseOf(LinkRole role) => role switch
    {
        LinkRole.Bulk => LinkUse.Bulk,
        LinkRole.Standby => LinkUse.Standby,
        _ => LinkUse.Replaced,
    };
}
