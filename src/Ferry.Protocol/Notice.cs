using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

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
