using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol;

/// <summary>What the core tells its owner.</summary>
public abstract record Notice
{
    private Notice() { }

    public sealed record SearchHit(
        QueryId Query, NodeId Holder, ContentId Content, string Name, long Size, IReadOnlyList<ChunkRange> Held,
        int Hops) : Notice
    {
        public FileTraits Traits { get; init; }
    }

    /// <summary>No more hits follow.</summary>
    public sealed record SearchEnded(QueryId Query) : Notice;

    public sealed record DownloadProgressed(DownloadStatus Status) : Notice;

    public sealed record DownloadCompleted(DownloadStatus Status, string Path, bool AlreadyThere) : Notice;

    public sealed record DownloadFailed(DownloadStatus Status, Reason Reason) : Notice;

    /// <summary>
    /// What had come of a download that has ended without its file was deleted; follows <see cref="DownloadFailed"/>.
    /// </summary>
    /// <param name="LeftBehind">Its partial file, if that could not be deleted.</param>
    public sealed record DownloadDiscarded(ContentId Content, string? LeftBehind) : Notice;

    /// <summary>The download waits for something.</summary>
    public sealed record DownloadPaused(DownloadStatus Status, Reason Reason) : Notice;

    /// <summary>Where a neighbour says that it listens; replaces what it said before.</summary>
    public sealed record AddressesOffered(NodeId Node, IReadOnlyList<string> Addresses) : Notice;

    public sealed record UploadEnded(UploadStatus Status, string Reason) : Notice;

    /// <summary>Nobody waits for it any more.</summary>
    /// <param name="Requester">Null for a download of this node.</param>
    /// <param name="After">So long there was no progress, or no sign of the requester.</param>
    public sealed record TransferGivenUp(string Name, NodeId? Requester, TimeSpan After) : Notice;
}
