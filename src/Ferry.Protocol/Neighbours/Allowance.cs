using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Neighbours;

/// <summary>
/// What may come from one neighbour, whoever is its source, and of that from one source. Sources can be made up, the
/// neighbour cannot: it is held back for all that it passes on, and a source in it by its share.
/// </summary>
/// <param name="keys">For key offers of all neighbours.</param>
internal sealed class Allowance(NodeId node, IEqualityComparer<NodeId> ids, TokenBucket keys)
{
    /// <summary>Of Manifest Requests: an answer has up to 16 KiB.</summary>
    public static readonly BucketSize ManifestsOfNeighbour = new(Burst: 1024, PerSecond: 400);
    public static readonly BucketSize ManifestsOfSource = new(Burst: 512, PerSecond: 100);

    /// <summary>
    /// Of key offers: each costs several operations on elliptic curves, before it shows what it is worth.
    /// </summary>
    public static readonly BucketSize KeysOfAll = new(Burst: 2048, PerSecond: 800);
    public static readonly BucketSize KeysOfNeighbour = new(Burst: 1024, PerSecond: 400);
    public static readonly BucketSize KeysOfSource = new(Burst: 512, PerSecond: 200);

    /// <summary>Of offers and of answers to them: each costs a signature or two.</summary>
    public static readonly BucketSize OffersOfNeighbour = new(Burst: 256, PerSecond: 20);
    public static readonly BucketSize OffersOfSource = new(Burst: 64, PerSecond: 4);

    /// <summary>Nodes of which nothing was known, learnt from what is addressed to one node.</summary>
    public static readonly BucketSize NewNodes = new(Burst: 2000, PerSecond: 100);

    private readonly TokenBucket _newNodes = new(NewNodes);
    private readonly FloodBudget _searches = new(ids);
    private readonly FloodBudget _routeRequests = new(ids);
    private readonly SharedBucket<NodeId> _manifests = new(ids, ManifestsOfNeighbour, ManifestsOfSource);
    private readonly SharedBucket<NodeId> _offers = new(ids, OffersOfNeighbour, OffersOfSource);
    private readonly SharedBucket<NodeId> _keys = new(ids, KeysOfNeighbour, KeysOfSource);

    /// <summary>Whether the neighbour may teach a route to its source by this message, and have it dealt with.
    /// </summary>
    /// <param name="isKnown">There is, or was lately, a route to the source.</param>
    public bool Takes(Instant now, RoutedMessage message, bool isKnown)
    {
        var source = message.Envelope.Source;
        if (!message.Envelope.IsFlood) return isKnown || source == node || _newNodes.TryTake(now);
        var floods = message is RouteRequest ? _routeRequests : _searches;
        return source == node ? floods.TryTakeOwn(now) : floods.TryTake(now, source, isKnown);
    }

    /// <summary>Whether a message to this node is worth the work that it asks for. Who is not answered asks again.
    /// </summary>
    public bool Answers(Instant now, RoutedMessage message)
    {
        var source = message.Envelope.Source;
        return message switch
        {
            ManifestRequest => _manifests.TryTake(now, source),
            TransferRequest { KeyOffer.IsEmpty: false } => _keys.TryTake(now, source) && keys.TryTake(now),
            Offer or OfferAnswer => _offers.TryTake(now, source),
            _ => true,
        };
    }
}
