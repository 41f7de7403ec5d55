using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Storage.Journal;

/// <summary>
/// The kinds of log record. A closed set: each kind has one number in <see cref="RecordCodec"/>, never used again.
/// </summary>
internal abstract record JournalRecord
{
    private JournalRecord() { }

    /// <summary>This content goes to that node. Flushed before the first byte leaves.</summary>
    public sealed record UploadOpened(
        TransferId Transfer, ContentId Content, NodeId Requester, string Name, long ContentBytes, DateTimeOffset At)
        : JournalRecord;

    /// <summary>
    /// The requester has this much on its disk. Written without a flush: losing it only makes the progress shown after
    /// a restart older.
    /// </summary>
    public sealed record UploadAcked(TransferId Transfer, long AckedBytes, DateTimeOffset At) : JournalRecord;

    /// <summary>Its user has paused it, or lets it go on.</summary>
    public sealed record UploadPaused(TransferId Transfer, bool IsPaused) : JournalRecord;

    public sealed record UploadClosed(TransferId Transfer) : JournalRecord;

    /// <param name="Name">As it was offered.</param>
    /// <param name="OutputPath">As the user gave it.</param>
    public sealed record DownloadOpened(
        ContentId Content, long ContentBytes, string Name, string? OutputPath, string PartPath, string FinalPath,
        DateTimeOffset At)
        : JournalRecord
    {
        /// <summary>What the finished file shall have beside its bytes.</summary>
        public FileTraits Traits { get; init; }

        /// <summary>Holders outside the network are looked for too.</summary>
        public bool IsPublic { get; init; }

        /// <summary>A file of its name is replaced in the end.</summary>
        public bool Overwrites { get; init; }

        /// <summary>It is not offered on.</summary>
        public bool IsPrivate { get; init; }
    }

    /// <summary>How an offer stands, at either end.</summary>
    public sealed record OfferKept(OfferEntry Entry) : JournalRecord;

    public sealed record OfferForgotten(OfferKey Key) : JournalRecord;

    /// <summary>These chunks are verified and flushed in the partial file.</summary>
    public sealed record ChunksStored(ContentId Content, IReadOnlyList<ChunkRange> Ranges, DateTimeOffset At)
        : JournalRecord
    {
        /// <param name="chunks">In ascending order.</param>
        public static IEnumerable<JournalRecord> Of(ContentId content, IReadOnlyList<int> chunks, DateTimeOffset at) =>
            RangesOf(chunks).Select(ranges => new ChunksStored(content, ranges, at));
    }

    /// <summary>These chunks were stored, but the disk has lost them.</summary>
    public sealed record ChunksLost(ContentId Content, IReadOnlyList<ChunkRange> Ranges) : JournalRecord
    {
        /// <param name="chunks">In ascending order.</param>
        public static IEnumerable<JournalRecord> Of(ContentId content, IReadOnlyList<int> chunks) =>
            RangesOf(chunks).Select(ranges => new ChunksLost(content, ranges));
    }

    /// <summary>
    /// All chunks are durable; a folder is about to be made of the partial file, under a name that nobody sees.
    /// </summary>
    public sealed record DownloadUnpacking(ContentId Content, string Staging) : JournalRecord;

    /// <summary>
    /// All chunks are durable; the partial file, or the folder that was made of it and flushed, is about to get its
    /// final name.
    /// </summary>
    public sealed record DownloadFinishing(ContentId Content, string FinalPath) : JournalRecord;

    /// <summary>
    /// The download was cancelled, or its folder has its final name: the partial file is about to be deleted.
    /// </summary>
    public sealed record DownloadAbandoned(ContentId Content) : JournalRecord;

    /// <summary>Its user has paused it, or lets it go on.</summary>
    public sealed record DownloadPaused(ContentId Content, bool IsPaused) : JournalRecord;

    /// <summary>Finished, or abandoned and deleted.</summary>
    public sealed record DownloadClosed(ContentId Content) : JournalRecord;

    /// <summary>The chunks as ranges, split by what fits into one record.</summary>
    private static IEnumerable<ChunkRange[]> RangesOf(IReadOnlyList<int> chunks) =>
        ChunkRanges.From(chunks).Chunk(RecordCodec.RangesMax);
}
