using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol;

/// <summary>The outcome of a <see cref="StorageRequest"/>: an input of the core.</summary>
public abstract record StorageResult
{
    private StorageResult() { }

    /// <param name="IsBusy">There was no time to look.</param>
    public sealed record SharesMatched(QueryId Query, ShareMatches Matches, bool IsBusy) : StorageResult;

    /// <param name="Size">-1 when the content is not here.</param>
    public sealed record ManifestRead(
        ContentId Content, NodeId Requester, long Size, int First, ReadOnlyMemory<byte> Leaves) : StorageResult;

    /// <param name="Name">Under which it is offered here.</param>
    public sealed record UploadOpened(TransferId Transfer, string Name, ChunkLayout Layout) : StorageResult;

    public sealed record UploadRefused(TransferId Transfer, RefusalReason Reason) : StorageResult;

    /// <param name="Entry">As it is in the log, with the time at which it came to its state.</param>
    public sealed record OfferKept(OfferEntry Entry) : StorageResult;

    /// <param name="Entry">As it was to be kept.</param>
    public sealed record OfferNotKept(OfferEntry Entry, string Reason) : StorageResult;

    /// <summary>
    /// The piece of an <see cref="Effect.SendPiece"/> could not be read, so it is not sent. Nothing answers one that is
    /// sent but <see cref="Input.BulkSent"/>.
    /// </summary>
    /// <param name="Link">The link it was for.</param>
    /// <param name="BodyBytes">Bytes that the link's queue no longer has to expect.</param>
    public sealed record PieceNotRead(TransferId Transfer, LinkId Link, int BodyBytes, RefusalReason Reason)
        : StorageResult;

    public sealed record DownloadOpened(ContentId Content, ChunkMap Durable, string PartPath) : StorageResult;

    /// <summary>
    /// The disk refuses writes for now. Nothing durable is lost; the core asks again with
    /// <see cref="StorageRequest.RetryDownload"/>. Chunks that were written but are not durable are not kept: they
    /// count as missing.
    /// </summary>
    public sealed record DownloadStalled(ContentId Content, DiskTrouble Trouble, string Text) : StorageResult;

    public sealed record ChunksDurable(ContentId Content, IReadOnlyList<int> Chunks) : StorageResult;

    /// <summary>The chunk as put together does not have its hash: the holder sealed other bytes.</summary>
    public sealed record ChunkRejected(ContentId Content, int Chunk, TransferId Transfer) : StorageResult;

    /// <summary>
    /// There was no room for the pieces of a chunk that came in this session, or a seal did not open: all of it counts
    /// as not received. Anybody on the way may have made such a piece.
    /// </summary>
    public sealed record PiecesDropped(ContentId Content, int Chunk, TransferId Transfer) : StorageResult;

    /// <param name="AlreadyThere">The file with this content was there before.</param>
    public sealed record DownloadFinished(ContentId Content, string Path, bool AlreadyThere) : StorageResult
    {
        /// <summary>What of a folder could not be made as it was offered, a sentence each.</summary>
        public IReadOnlyList<string> Remarks { get; init; } = [];
    }

    public sealed record DownloadAbandoned(ContentId Content) : StorageResult
    {
        /// <summary>Its partial file, which could not be deleted; null when nothing is left.</summary>
        public string? LeftBehind { get; init; }
    }
}
