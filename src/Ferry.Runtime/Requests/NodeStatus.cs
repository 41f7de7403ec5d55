using Ferry.Protocol.Values;
using Ferry.Runtime.Composition;
using Ferry.Runtime.Home;
using Ferry.Runtime.Loop;

namespace Ferry.Runtime.Requests;

/// <summary>What does not change while a node runs.</summary>
internal sealed record NodeFacts(NodeId Id, string Nickname, string Home, string Downloads, NetworkState Network);

/// <summary>The page about a node, from all of its parts.</summary>
internal sealed class NodeStatus(
    NodeFacts about, NodeLoop loop, Transfers transfers, Shares shares, NodeNetwork network, NetworkKeys keys,
    Warnings warnings, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    public async Task<StatusInfo> DescribeAsync(CancellationToken cancel)
    {
        var (peers, routes) = await loop.QueryAsync((engine, now) => (
            engine.Neighbours(now).Select(link => link.Node).Distinct().Count(),
            engine.Routes(now).Select(route => route.Destination).Distinct().Count()), cancel);
        var listed = await transfers.ListAsync(cancel);
        return new StatusInfo(
            about.Id.ToString(), about.Nickname, about.Home, about.Downloads,
            network.Listeners.BoundAddresses, network.Listeners.Addresses,
            [.. network.Listeners.Warnings, .. warnings.All],
            State(), peers, routes,
            listed.Count(transfer => transfer.State == TransferPhase.Running),
            listed.Count(transfer => transfer.State is not (TransferPhase.Ended or TransferPhase.Arrived
                or TransferPhase.Refused)),
            shares.Progress, [.. network.Connector.Addresses.Select(address => address.Address)],
            time.GetElapsedTime(_started).TotalSeconds, Version())
        {
            NetworkKey = keys.Current?.Fingerprint,
        };
    }

    private NetworkState State()
    {
        if (network.Membership.HasLeft) return NetworkState.Left;
        return about.Network;
    }

    private static string Version() => typeof(FerryNode).Assembly.GetName().Version?.ToString(3) ?? "";
}
