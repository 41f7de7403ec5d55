using Ferry.Protocol;
using Ferry.Protocol.Content;

namespace Ferry.Storage.Journal;

/// <summary>What a log held when it was opened.</summary>
/// <param name="Warnings">Sentences about damage, for the user.</param>
/// <param name="DamagedKeptAs">Where damaged segments are kept, from the next segment on.</param>
internal sealed record LogContents(
    IReadOnlyList<LoggedUpload> Uploads, IReadOnlyList<LoggedDownload> Downloads, IReadOnlyList<string> Warnings,
    IReadOnlyList<string> DamagedKeptAs)
{
    public required IReadOnlyList<OfferEntry> Offers { get; init; }

    /// <summary>The log was damaged, so nothing it says about the files is trusted without a hash.</summary>
    public bool WasDamaged => DamagedKeptAs.Count > 0;
}

internal sealed record LoggedUpload(JournalRecord.UploadOpened Opened, long AckedBytes, DateTimeOffset LastAck)
{
    /// <summary>By its user.</summary>
    public bool IsPaused { get; init; }
}

/// <param name="FinishingAs">The final name, once the rename may have happened.</param>
/// <param name="IsAbandoned">The download is cancelled; only its partial file remains to be deleted.</param>
internal sealed record LoggedDownload(
    JournalRecord.DownloadOpened Opened, ChunkMap Durable, DateTimeOffset LastProgress, string? FinishingAs,
    bool IsAbandoned)
{
    /// <summary>Where a folder is being made of the partial file; null for a file.</summary>
    public string? Staging { get; init; }

    /// <summary>By its user.</summary>
    public bool IsPaused { get; init; }

    public LoggedDownload With(JournalRecord.ChunksStored stored)
    {
        foreach (var range in Inside(stored.Ranges)) Durable.Add(range);
        return this with { LastProgress = stored.At };
    }

    /// <summary>It is not complete any more, so it cannot have been renamed.</summary>
    public LoggedDownload With(JournalRecord.ChunksLost lost)
    {
        foreach (var range in Inside(lost.Ranges))
        {
            for (var chunk = range.First; chunk < range.End; chunk++) Durable.Remove(chunk);
        }
        return this with { FinishingAs = null };
    }

    /// <summary>The ranges inside the content; a range outside it comes from a damaged log.</summary>
    private IEnumerable<ChunkRange> Inside(IReadOnlyList<ChunkRange> ranges) =>
        ranges.Where(range => range.First >= 0 && range.Count > 0 && range.Count <= Durable.ChunkCount - range.First);
}
