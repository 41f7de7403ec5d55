using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Storage.Journal;

/// <summary>
/// The state that the log's records add up to: the unfinished transfers. Ordered, so that runs are deterministic.
/// </summary>
internal sealed class JournalState
{
    private readonly SortedDictionary<TransferId, LoggedUpload> _uploads = [];
    private readonly SortedDictionary<ContentId, LoggedDownload> _downloads = [];

    /// <summary>In the order of their last records.</summary>
    private readonly OrderedDictionary<OfferKey, OfferEntry> _offers = [];

    /// <summary>As they are now; what is logged later does not change them.</summary>
    public IReadOnlyList<LoggedUpload> Uploads() => [.. _uploads.Values];

    public IReadOnlyList<OfferEntry> Offers() => [.. _offers.Values];

    public IReadOnlyList<LoggedDownload> Downloads() =>
        [.. _downloads.Values.Select(download => download with { Durable = download.Durable.Copy() })];

    /// <summary>Idempotent; a record without its entry is ignored.</summary>
    public void Apply(JournalRecord record)
    {
        switch (record)
        {
            case JournalRecord.UploadOpened r when ChunkLayout.IsValidSize(r.ContentBytes):
                _uploads[r.Transfer] = new LoggedUpload(r, AckedBytes: 0, LastAck: r.At);
                break;
            case JournalRecord.UploadAcked r when _uploads.TryGetValue(r.Transfer, out var upload):
                _uploads[r.Transfer] = upload with { AckedBytes = r.AckedBytes, LastAck = r.At };
                break;
            case JournalRecord.UploadPaused r when _uploads.TryGetValue(r.Transfer, out var upload):
                _uploads[r.Transfer] = upload with { IsPaused = r.IsPaused };
                break;
            case JournalRecord.UploadClosed r:
                _uploads.Remove(r.Transfer);
                break;
            case JournalRecord.DownloadOpened r when ChunkLayout.IsValidSize(r.ContentBytes):
                // A second opening without an end in between occurs only in a damaged log, and then every chunk is
                // verified anyway.
                var durable = _downloads.TryGetValue(r.Content, out var before)
                    ? before.Durable : new ChunkMap(ChunkLayout.For(r.ContentBytes).ChunkCount);
                _downloads[r.Content] = new LoggedDownload(r, durable, LastProgress: r.At, null, IsAbandoned: false)
                {
                    Staging = before?.Staging, IsPaused = before is { IsPaused: true },
                };
                break;
            case JournalRecord.DownloadClosed r:
                _downloads.Remove(r.Content);
                break;
            case JournalRecord.OfferKept r:
                _offers.Remove(r.Entry.Key);
                _offers[r.Entry.Key] = r.Entry;
                break;
            case JournalRecord.OfferForgotten r:
                _offers.Remove(r.Key);
                break;
            case JournalRecord.ChunksStored r:
                Change(r.Content, download => download.With(r));
                break;
            case JournalRecord.ChunksLost r:
                Change(r.Content, download => download.With(r));
                break;
            case JournalRecord.DownloadUnpacking r:
                Change(r.Content, download => download with { Staging = r.Staging, FinishingAs = null });
                break;
            case JournalRecord.DownloadFinishing r:
                Change(r.Content, download => download with { FinishingAs = r.FinalPath });
                break;
            case JournalRecord.DownloadAbandoned r:
                Change(r.Content, download => download with { IsAbandoned = true });
                break;
            case JournalRecord.DownloadPaused r:
                Change(r.Content, download => download with { IsPaused = r.IsPaused });
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
            if (upload.IsPaused) yield return new JournalRecord.UploadPaused(upload.Opened.Transfer, true);
        }
        foreach (var offer in _offers.Values) yield return new JournalRecord.OfferKept(offer);
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
            if (download.Staging is { } staging) yield return new JournalRecord.DownloadUnpacking(content, staging);
            if (download.FinishingAs is { } path) yield return new JournalRecord.DownloadFinishing(content, path);
            if (download.IsPaused) yield return new JournalRecord.DownloadPaused(content, true);
            if (download.IsAbandoned) yield return new JournalRecord.DownloadAbandoned(content);
        }
    }

    private void Change(ContentId content, Func<LoggedDownload, LoggedDownload> change)
    {
        if (_downloads.TryGetValue(content, out var download)) _downloads[content] = change(download);
    }
}
