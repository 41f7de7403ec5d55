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

        /// <summary>The holder says that it is a folder.</summary>
        public bool IsFolder { get; init; }
    }

    /// <summary>No more hits follow.</summary>
    /// <param name="Silent">
    /// Nodes that are known and have not answered, not in full, or only that they are too busy to look; at most so many
    /// are named.
    /// </param>
    /// <param name="SilentCount">How many there are.</param>
    /// <param name="LeftOut">Hits that holders had and did not send.</param>
    /// <param name="NotAsked">Nodes seen at the last hop that the search could take, and so not asked.</param>
    public sealed record SearchEnded(
        QueryId Query, IReadOnlyList<NodeId> Silent, int SilentCount, long LeftOut, long NotAsked) : Notice
    {
        /// <summary>Nodes that passed the search on and could not read it: they are not in the network.</summary>
        public int Outside { get; init; }
    }

    public sealed record DownloadProgressed(DownloadStatus Status) : Notice;

    public sealed record DownloadCompleted(DownloadStatus Status, string Path, bool AlreadyThere) : Notice
    {
        /// <inheritdoc cref="StorageResult.DownloadFinished.Remarks"/>
        public IReadOnlyList<string> Remarks { get; init; } = [];
    }

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

    /// <summary>An offer came to a new state, which is in the log.</summary>
    public sealed record OfferChanged(OfferEntry Entry) : Notice;

    /// <summary>What was to become of an offer did not.</summary>
    public sealed record OfferFailed(OfferKey Key, string Reason) : Notice;

    /// <summary>Two running nodes have one identity.</summary>
    /// <param name="Stays">Where the one is seen whose links are kept.</param>
    /// <param name="Goes">Where the one is seen that was turned away.</param>
    public sealed record IdentityShared(NodeId Node, string Stays, string Goes) : Notice;

    /// <summary>A neighbour says that another running node has the identity of this one.</summary>
    /// <param name="GoesOn">This node keeps its links there.</param>
    public sealed record OwnIdentityShared(NodeId Neighbour, bool GoesOn, string OtherAddress) : Notice;

    /// <summary>Nobody waits for it any more.</summary>
    /// <param name="Requester">Null for a download of this node.</param>
    /// <param name="After">So long there was no progress, or no sign of the requester.</param>
    public sealed record TransferGivenUp(string Name, NodeId? Requester, TimeSpan After) : Notice;

    /// <summary>A node has a file whose name fits, and cannot offer it before it is hashed.</summary>
    public sealed record SearchHashing(QueryId Query, NodeId Holder, HashingFile File) : Notice;
}
