using Ferry.Protocol.Content;

namespace Ferry.Protocol;

/// <summary>What the core tells its owner.</summary>
public abstract record Notice
{
    private Notice() { }

    public sealed record SearchHit(
        QueryId Query, NodeId Holder, ContentId Content, string Name, long Size, IReadOnlyList<ChunkRange> Held,
        int Hops) : Notice;

    /// <summary>No more hits will be told.</summary>
    public sealed record SearchEnded(QueryId Query) : Notice;

    public sealed record DownloadProgressed(DownloadStatus Status) : Notice;

    public sealed record DownloadCompleted(DownloadStatus Status, string Path, bool AlreadyThere) : Notice;

    public sealed record DownloadFailed(DownloadStatus Status, string Reason) : Notice;

    /// <summary>The download waits for something; <paramref name="Reason"/> is a sentence for the user.</summary>
    public sealed record DownloadPaused(DownloadStatus Status, string Reason) : Notice;

    /// <summary>Where a neighbour says that it listens; replaces what it said before.</summary>
    public sealed record AddressesOffered(NodeId Node, IReadOnlyList<string> Addresses) : Notice;

    public sealed record UploadEnded(UploadStatus Status, string Reason) : Notice;

    /// <summary>
    /// Nobody waits for it any more; <paramref name="Text"/> is a sentence for whoever keeps the node.
    /// </summary>
    public sealed record TransferGivenUp(string Text) : Notice;
}

public enum TransferState
{
    /// <summary>Looking for holders, or for a route to one.</summary>
    Searching,

    /// <summary>Fetching the manifest, opening files.</summary>
    Starting,
    Running,

    /// <summary>Found in the log at start-up, or without progress; goes on by itself.</summary>
    Resuming,

    /// <summary>Waits for the disk.</summary>
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
    /// <summary>Why nothing comes, a sentence for people; null while something does.</summary>
    public string? Pause { get; init; }

    /// <summary>Time until it is given up, should nothing come.</summary>
    public TimeSpan GivenUpIn { get; init; }
}

public sealed record SourceStatus(
    NodeId Holder, int Hops, string Transport, long Bytes, double BytesPerSecond, bool Active);

/// <param name="Size">Of the whole content.</param>
/// <param name="BytesPerSecond">At which the requester ACKs.</param>
/// <param name="GivenUpIn">Time until it is given up, should nothing be heard of the requester.</param>
public sealed record UploadStatus(
    TransferId Transfer, ContentId Content, string Name, NodeId Requester, TransferState State, long Size,
    long SentBytes, long AckedBytes, double BytesPerSecond, TimeSpan SinceAck, TimeSpan GivenUpIn, int Hops);
