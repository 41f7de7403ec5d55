using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Neighbours;

/// <summary>
/// What may come from one neighbour, whoever is its source, and of that from one source. Sources can be made up, the
/// neighbour cannot: it is held back for all that it passes on, and a source in it by its share.
/// </summary>
internal sealed class Allowance(NodeId node, IEqualityComparer<NodeId> ids)
{
    /// <summary>Of Manifest Requests: an answer has up to 16 KiB.</summary>
    public static readonly BucketSize ManifestsOfNeighbour = new(Burst: 1024, PerSecond: 400);
    public static readonly BucketSize ManifestsOfSource = new(Burst: 512, PerSecond: 100);

    /// <summary>Nodes of which nothing was known, learnt from what is addressed to one node.</summary>
    public static readonly BucketSize NewNodes = new(Burst: 2000, PerSecond: 100);

    private readonly TokenBucket _newNodes = new(NewNodes.Burst, NewNodes.PerSecond);
    private readonly FloodBudget _searches = new(ids);
    private readonly FloodBudget _routeRequests = new(ids);

    public SharedBucket Manifests { get; } = new(ids, ManifestsOfNeighbour, ManifestsOfSource);

    /// <summary>Whether the neighbour may teach a route to its source by this message, and have it dealt with.</summary>
    /// <param name="isKnown">There is, or was lately, a route to the source.</param>
    public bool Takes(Instant now, RoutedMessage message, bool isKnown)
    {
        var source = message.Envelope.Source;
        if (!message.Envelope.IsFlood) return isKnown || source == node || _newNodes.TryTake(now);
        var floods = message is RouteRequest ? _routeRequests : _searches;
        return source == node ? floods.TryTakeOwn(now) : floods.TryTake(now, source, isKnown);
    }
}
