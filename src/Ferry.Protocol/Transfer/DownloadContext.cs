using Ferry.Protocol.Values;

namespace Ferry.Protocol.Transfer;

/// <summary>What all downloads of a node work with, and the tables in which they are found.</summary>
internal sealed record DownloadContext(
    EngineOptions Options, ISealKeyRing Seals, INetworkSeals Network, Chance Chance, Deadlines Deadlines, KeyedIds Ids,
    PathFinder PathTo)
{
    /// <summary>The lanes of all downloads, by their sessions.</summary>
    public Dictionary<TransferId, Lane> Lanes { get; } = [];
    public HolderIndex Holders { get; } = new(Ids);
    public FinalWords Words { get; } = new(Seals);
}
