using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol;

/// <summary>
/// What the core wants of the disk. Ferry.Storage carries each out synchronously (on a worker thread in the program,
/// in virtual time in the simulation) and answers with <see cref="StorageResult"/>s. Requests about one download or one
/// upload are carried out in the order in which they were made, but for <see cref="PersistPiece"/>, whose order is
/// free, and <see cref="FinishDownload"/>, which an <see cref="AbandonDownload"/> may overtake.
/// </summary>
public abstract record StorageRequest
{
    private StorageRequest() { }

    /// <summary>
    /// Answered by <see cref="StorageResult.SharesMatched"/>. At most <paramref name="HitsMax"/> hits, best first.
    /// </summary>
    public sealed record MatchShares(QueryId Query, string Text, ContentId? Content, int HitsMax) : StorageRequest
    {
        /// <summary>Names that are only like the query count too, when none fits it as typed.</summary>
        public bool Similar { get; init; } = true;
    }

    /// <summary>Leaves of a manifest for a peer. Answered by <see cref="StorageResult.ManifestRead"/>.</summary>
    public sealed record ReadManifest(ContentId Content, NodeId Requester, int First, int CountMax) : StorageRequest
    {
        internal static ReadManifest For(ManifestRequest asked) =>
            new(asked.Content, asked.Envelope.Source, asked.First, WireLimits.LeavesPerPartMax);
    }

    /// <summary>
    /// Logs and flushes that this content goes to that node; entries of older sessions of the same pair are replaced.
    /// Answered by <see cref="StorageResult.UploadOpened"/> or <see cref="StorageResult.UploadRefused"/>.
    /// </summary>
    public sealed record OpenUpload(TransferId Transfer, ContentId Content, NodeId Requester) : StorageRequest;

    /// <summary>
    /// Logs and flushes how an offer stands. Answered by <see cref="StorageResult.OfferKept"/> or <see
    /// cref="StorageResult.OfferNotKept"/>.
    /// </summary>
    public sealed record KeepOffer(OfferEntry Entry) : StorageRequest;

    /// <summary>Removes an offer from the log. Not answered.</summary>
    public sealed record ForgetOffer(OfferKey Key) : StorageRequest;

    /// <summary>
    /// A requester got other bytes than the content's from here: look at the shared file again. Not answered.
    /// </summary>
    public sealed record DoubtShare(ContentId Content) : StorageRequest;

    /// <summary>Notes the last ACK in the log, without a flush. Not answered.</summary>
    public sealed record NoteAcked(TransferId Transfer, long AckedBytes) : StorageRequest;

    /// <summary>Logs and flushes that its user has paused the upload, or lets it go on. Not answered.</summary>
    public sealed record PauseUpload(TransferId Transfer, bool IsPaused) : StorageRequest;

    /// <summary>Logs and flushes that its user has paused the download, or lets it go on. Not answered.</summary>
    public sealed record PauseDownload(ContentId Content, bool IsPaused) : StorageRequest;

    /// <summary>Removes the entry from the log, flushed. Not answered.</summary>
    public sealed record CloseUpload(TransferId Transfer) : StorageRequest;

    /// <summary>
    /// Keeps the manifest, makes the partial file, logs the download. Answered by <see
    /// cref="StorageResult.DownloadOpened"/> (with what is there already, if it had been started before), <see
    /// cref="StorageResult.DownloadFinished"/> (the file is there already) or <see
    /// cref="StorageResult.DownloadStalled"/>.
    /// </summary>
    /// <param name="Name">The name under which it was offered; made safe for the local file system.</param>
    /// <param name="OutputPath">Where the user wants it; null for the downloads folder and a name like the offered
    /// one.</param>
    public sealed record OpenDownload(Manifest Manifest, string Name, string? OutputPath) : StorageRequest
    {
        /// <summary>What the finished file shall have beside its bytes.</summary>
        public FileTraits Traits { get; init; }

        /// <summary>After a restart too, holders outside the network are looked for.</summary>
        public bool IsPublic { get; init; }

        /// <summary>A file of that name is replaced, in one step, when the new one is whole.</summary>
        public bool Overwrites { get; init; }

        /// <summary>For this node alone: it is not offered on, in part or whole.</summary>
        public bool IsPrivate { get; init; }
    }

    /// <summary>
    /// A piece that arrived. Opens its seal, adds it to its chunk; a complete chunk is verified, written, flushed
    /// (with others), logged, and answered by <see cref="StorageResult.ChunksDurable"/>, or <see
    /// cref="StorageResult.ChunkRejected"/>; a piece that does not open, by <see cref="StorageResult.PiecesDropped"/>.
    /// Takes the payload over.
    /// </summary>
    public sealed record PersistPiece(ContentId Content, FileTransfer Piece, Payload Body) : StorageRequest;

    /// <summary>
    /// Forgets the pieces of incomplete chunks that came over this transfer: they will come again, or another way.
    /// </summary>
    public sealed record DropPieces(ContentId Content, TransferId Transfer) : StorageRequest;

    /// <summary>
    /// All chunks are durable: reads the file back, renames it to the final name, logs. Answered by <see
    /// cref="StorageResult.DownloadFinished"/> or <see cref="StorageResult.DownloadStalled"/>; not at all when an <see
    /// cref="AbandonDownload"/> or the node's stop comes in between.
    /// </summary>
    public sealed record FinishDownload(ContentId Content) : StorageRequest;

    /// <summary>
    /// Deletes the partial file and the entry. Answered by <see cref="StorageResult.DownloadAbandoned"/>.
    /// </summary>
    public sealed record AbandonDownload(ContentId Content) : StorageRequest;

    /// <summary>
    /// After <see cref="StorageResult.DownloadStalled"/>: is the trouble over? Answered by
    /// <see cref="StorageResult.DownloadOpened"/> or again by <see cref="StorageResult.DownloadStalled"/>.
    /// </summary>
    public sealed record RetryDownload(ContentId Content) : StorageRequest;
}
