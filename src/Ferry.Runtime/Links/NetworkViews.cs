using Ferry.Protocol;
using Ferry.Runtime.Loop;

namespace Ferry.Runtime.Links;

/// <summary>The neighbours and the routes, as told to users.</summary>
internal sealed class NetworkViews(NodeLoop loop, Connector connector)
{
    /// <summary>Who is linked, and the joined addresses that are not.</summary>
    public async Task<IReadOnlyList<PeerInfo>> PeersAsync(CancellationToken cancel)
    {
        var neighbours = await loop.QueryAsync((engine, now) => engine.Neighbours(now), cancel);
        var linked = neighbours.GroupBy(link => link.Node).Select(node => new PeerInfo(
            node.Key.ToString(), node.First().Nickname, "connected", [.. node.Select(Describe)]));
        var present = neighbours.Select(link => link.Node).ToHashSet();
        var away = connector.Addresses
            .Where(address => address.Peer is null || !present.Contains(address.Peer.Node))
            .Select(address => new PeerInfo(
                address.Peer?.Node.ToString() ?? "", address.Peer?.Nickname ?? address.Address,
                address.IsDialing ? "connecting" : "away", []));
        return [.. linked, .. away];
    }

    public async Task<IReadOnlyList<RouteInfo>> RoutesAsync(CancellationToken cancel)
    {
        var (routes, neighbours) = await loop.QueryAsync(
            (engine, now) => (engine.Routes(now), engine.Neighbours(now)), cancel);
        var names = neighbours.DistinctBy(link => link.Node).ToDictionary(link => link.Node, link => link.Nickname);
        return [.. routes.Select(route => new RouteInfo(
            route.Destination.ToString(), route.NextHop.ToString(), names.GetValueOrDefault(route.NextHop, ""),
            route.Hops, route.Metric.TotalMilliseconds, route.FirstHop.TotalMilliseconds, route.Transport,
            route.Age.TotalSeconds, route.Verdict == RouteVerdict.InUse, RouteWords.Why(route, routes)))];
    }

    private static LinkInfo Describe(LinkStatus link) => new(
        link.Transport, link.Address, link.Dialed, link.Rate, link.RoundTrip?.TotalMilliseconds, link.Age.TotalSeconds,
        RoleName(link.Role));

    private static string RoleName(LinkRole role) => role switch
    {
        LinkRole.Bulk => "bulk",
        LinkRole.Standby => "standby",
        _ => "replaced",
    };
}
