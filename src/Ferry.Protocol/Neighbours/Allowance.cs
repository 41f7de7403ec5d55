using Ferry.Protocol.Values;

namespace Ferry.Protocol.Neighbours;

/// <summary>
/// What may come from one neighbour, whoever is its source, and of that from one source. Sources can be made up, the
/// neighbour cannot: it is held back for all that it passes on, and a source in it by its share.
/// </summary>
internal sealed class Allowance(IEqualityComparer<NodeId> ids)
{
    /// <summary>Of Manifest Requests: an answer has up to 16 KiB.</summary>
    public static readonly BucketSize ManifestsOfNeighbour = new(Burst: 1024, PerSecond: 400);
    public static readonly BucketSize ManifestsOfSource = new(Burst: 512, PerSecond: 100);

    public SharedBucket Manifests { get; } = new(ids, ManifestsOfNeighbour, ManifestsOfSource);
}
