using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Storage.Journal;

/// <summary>
/// The state that the log's records add up to: the unfinished transfers. Ordered, so that runs are deterministic.
/// </summary>
internal sealed class JournalState
{
    private readonly SortedDictionary<TransferId, UploadEntry> _uploads = [];
    private readonly SortedDictionary<ContentId, DownloadEntry> _downloads = [];

    public IReadOnlyCollection<UploadEntry> Uploads => _uploads.Values;
    public IReadOnlyCollection<DownloadEntry> Downloads => _downloads.Values;

    /// <summary>Idempotent; a record without its entry is ignored.</summary>
    public void Apply(JournalRecord record)
    {
        switch (record)
        {
            case JournalRecord.UploadOpened r when ChunkLayout.IsValidSize(r.ContentBytes):
                _uploads[r.Transfer] = new UploadEntry(r) { LastAck = r.At };
                break;
            case JournalRecord.UploadAcked r when _uploads.TryGetValue(r.Transfer, out var upload):
                upload.AckedBytes = r.AckedBytes;
                upload.LastAck = r.At;
                break;
            case JournalRecord.UploadClosed r:
                _uploads.Remove(r.Transfer);
                break;
            case JournalRecord.DownloadOpened r when ChunkLayout.IsValidSize(r.ContentBytes):
                // A second opening without an end in between occurs only in a damaged log, and then every chunk is
                // verified anyway.
                var durable = _downloads.TryGetValue(r.Content, out var before) ? before.Durable : null;
                _downloads[r.Content] = new DownloadEntry(r, durable) { LastProgress = r.At };
                break;
            case JournalRecord.ChunksStored r when _downloads.TryGetValue(r.Content, out var download):
                foreach (var range in download.Inside(r.Ranges)) download.Durable.Add(range);
                download.LastProgress = r.At;
                break;
            case JournalRecord.ChunksLost r when _downloads.TryGetValue(r.Content, out var download):
                foreach (var range in download.Inside(r.Ranges))
                {
                    for (var chunk = range.First; chunk < range.End; chunk++) download.Durable.Remove(chunk);
                }
                download.FinishingAs = null;
                break;
            case JournalRecord.DownloadFinishing r when _downloads.TryGetValue(r.Content, out var download):
                download.FinishingAs = r.FinalPath;
                break;
            case JournalRecord.DownloadAbandoned r when _downloads.TryGetValue(r.Content, out var download):
                download.IsAbandoned = true;
                break;
            case JournalRecord.DownloadClosed r:
                _downloads.Remove(r.Content);
                break;
        }
    }

    /// <summary>The shortest list of records that leads to this state.</summary>
    public IEnumerable<JournalRecord> Snapshot()
    {
        foreach (var upload in _uploads.Values)
        {
            yield return upload.Opened;
            if (upload.LastAck != upload.Opened.At)
                yield return new JournalRecord.UploadAcked(upload.Opened.Transfer, upload.AckedBytes, upload.LastAck);
        }
        foreach (var download in _downloads.Values)
        {
            var content = download.Opened.Content;
            yield return download.Opened;
            for (var from = download.Durable.NextPresent(0); from < download.Durable.ChunkCount;)
            {
                var ranges = download.Durable.ToRanges(RecordCodec.RangesMax, from);
                yield return new JournalRecord.ChunksStored(content, ranges, download.LastProgress);
                from = ranges[^1].End < download.Durable.ChunkCount
                    ? download.Durable.NextPresent(ranges[^1].End) : download.Durable.ChunkCount;
            }
            if (download.FinishingAs is { } path) yield return new JournalRecord.DownloadFinishing(content, path);
            if (download.IsAbandoned) yield return new JournalRecord.DownloadAbandoned(content);
        }
    }
}

internal sealed class UploadEntry(JournalRecord.UploadOpened opened)
{
    public JournalRecord.UploadOpened Opened { get; } = opened;
    public long AckedBytes { get; set; }
    public DateTimeOffset LastAck { get; set; }
}

internal sealed class DownloadEntry(JournalRecord.DownloadOpened opened, ChunkMap? durable)
{
    public JournalRecord.DownloadOpened Opened { get; } = opened;
    public ChunkMap Durable { get; } = durable ?? new ChunkMap(ChunkLayout.For(opened.ContentBytes).ChunkCount);
    public DateTimeOffset LastProgress { get; set; }

    /// <summary>The final name, once the rename may have happened.</summary>
    public string? FinishingAs { get; set; }

    /// <summary>The download is cancelled; only its partial file remains to be deleted.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>The ranges inside the content; a range outside it comes from a damaged log.</summary>
    public IEnumerable<ChunkRange> Inside(IReadOnlyList<ChunkRange> ranges) =>
        ranges.Where(range => range.First >= 0 && range.Count > 0 && range.Count <= Durable.ChunkCount - range.First);
}
