using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol;

/// <summary>What the log held at start-up.</summary>
public sealed record RecoveredState(
    IReadOnlyList<RecoveredUpload> Uploads, IReadOnlyList<RecoveredDownload> Downloads)
{
    public static readonly RecoveredState Empty = new([], []);

    /// <summary>In the order in which they are to be forgotten.</summary>
    public IReadOnlyList<RecoveredOffer> Offers { get; init; } = [];
}

/// <param name="LastAck">Time since the last ACK (or since the entry was made), by the wall clock at start-up; at
/// least zero.</param>
public sealed record RecoveredUpload(
    TransferId Transfer, ContentId Content, string Name, ChunkLayout Layout, NodeId Requester, long AckedBytes,
    TimeSpan LastAck)
{
    /// <summary>By its user.</summary>
    public bool IsPaused { get; init; }
}

/// <param name="LastProgress">Time since a chunk came (or since it was asked for), by the wall clock at start-up; at
/// least zero.</param>
public sealed record RecoveredDownload(
    Manifest Manifest, string Name, string? OutputPath, ChunkMap Durable, TimeSpan LastProgress)
{
    /// <summary>Holders outside the network are looked for too.</summary>
    public bool IsPublic { get; init; }

    /// <summary>It is not searched for.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>By its user.</summary>
    public bool IsPaused { get; init; }
}
