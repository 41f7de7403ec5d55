using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol;

public enum TransferState
{
    /// <summary>Looking for holders, or for a route to one.</summary>
    Searching,

    /// <summary>Fetching the manifest, opening files.</summary>
    Starting,
    Running,

    /// <summary>Found in the log at start-up, or without progress; goes on by itself.</summary>
    Resuming,

    /// <summary>Waits for the disk, or for a user who has paused it.</summary>
    Paused,
    Finishing,
    Ended,
}

/// <param name="ResentBytes">Body bytes received again (of chunks that were durable or rejected or dropped).</param>
public sealed record DownloadStatus(
    ContentId Content, string Name, long Size, TransferState State, long DurableBytes, long ReceivedBytes,
    long ResentBytes,
    double BytesPerSecond, TimeSpan Age, IReadOnlyList<SourceStatus> Sources)
{
    /// <summary>Why nothing comes; null while something does.</summary>
    public Reason? Pause { get; init; }

    /// <summary>Time until it is given up, should nothing come; null while its user has paused it.</summary>
    public TimeSpan? GivenUpIn { get; init; }

    /// <summary>Where its user wants it; null for the downloads folder.</summary>
    public string? OutputPath { get; init; }
}

public sealed record SourceStatus(
    NodeId Holder, int Hops, string Transport, long Bytes, double BytesPerSecond, bool Active);

/// <param name="Size">Of the whole content.</param>
/// <param name="BytesPerSecond">At which the requester ACKs.</param>
/// <param name="GivenUpIn">
/// Time until it is given up, should nothing be heard of the requester; null while its user has paused it.
/// </param>
public sealed record UploadStatus(
    TransferId Transfer, ContentId Content, string Name, NodeId Requester, TransferState State, long Size,
    long SentBytes, long AckedBytes, double BytesPerSecond, TimeSpan SinceAck, TimeSpan? GivenUpIn, int Hops)
{
    /// <summary>Why nothing is sent; null while something is, or may be.</summary>
    public Reason? Pause { get; init; }
}
