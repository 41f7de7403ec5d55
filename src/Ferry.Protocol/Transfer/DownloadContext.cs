using Ferry.Protocol.Values;

namespace Ferry.Protocol.Transfer;

/// <summary>What all downloads of a node work with, and the tables in which they are found.</summary>
internal sealed record DownloadContext(
    EngineOptions Options, ISealKeyRing Seals, INetworkSeals Network, Chance Chance, Deadlines Deadlines, KeyedIds Ids,
    PathFinder PathTo)
{
    public static readonly BucketSize OnWord = new(Burst: 4, PerSecond: 0.5);

    /// <summary>The lanes of all downloads, by their sessions.</summary>
    public Dictionary<TransferId, Lane> Lanes { get; } = [];
    public HolderIndex Holders { get; } = new(Ids);

    /// <summary>What the user lets holders be asked for.</summary>
    public RateLimits Limits { get; } = new();

    /// <summary>
    /// Searches for holders because a node that is not known as one says that it is: anybody can say so, and the floods
    /// are this node's.
    /// </summary>
    public TokenBucket SearchesOnWord { get; } = new(OnWord);
    public FinalWords Words { get; } = new(Seals);
}
