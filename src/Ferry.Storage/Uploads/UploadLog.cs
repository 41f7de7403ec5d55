using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Storage.Disk;
using Ferry.Storage.Downloads;
using Ferry.Storage.Journal;

namespace Ferry.Storage.Uploads;

/// <summary>The log entries of uploads: which content goes to whom, durable before the first byte leaves.</summary>
internal sealed class UploadLog(
    TransferLog log, SourceReader sources, OpenDownloads downloads, OfferLog offers, TimeProvider wall)
{
    /// <summary>
    /// Bounds the log. The engine serves far fewer at a time; the other entries wait for their requesters.
    /// </summary>
    public const int EntriesMax = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<TransferId, (ContentId Content, NodeId Requester)> _entries = [];
    private readonly Dictionary<(ContentId Content, NodeId Requester), TransferId> _latest = [];

    /// <summary>Takes over what the log held.</summary>
    public IReadOnlyList<RecoveredUpload> Restore(IReadOnlyList<LoggedUpload> entries)
    {
        var now = wall.GetUtcNow();
        return [.. entries.Select(entry =>
        {
            var opened = entry.Opened;
            Enter(opened.Transfer, (opened.Content, opened.Requester));
            return new RecoveredUpload(
                opened.Transfer, opened.Content, opened.Name, ChunkLayout.For(opened.ContentBytes), opened.Requester,
                entry.AckedBytes, EntryAge.Of(entry.LastAck, now))
            {
                IsPaused = entry.IsPaused,
            };
        })];
    }

    public void Open(StorageRequest.OpenUpload request, ICollection<StorageResult> results)
    {
        var (layout, name, refusal) = Find(request.Content, request.Requester);
        results.Add((refusal ?? TryEnter(request, name, layout)) is { } reason
            ? new StorageResult.UploadRefused(request.Transfer, reason)
            : new StorageResult.UploadOpened(request.Transfer, name, layout));
    }

    public void NoteAcked(StorageRequest.NoteAcked request)
    {
        lock (_gate)
        {
            if (!_entries.ContainsKey(request.Transfer)) return;
        }
        log.Note(new JournalRecord.UploadAcked(request.Transfer, request.AckedBytes, wall.GetUtcNow()));
    }

    public void Pause(StorageRequest.PauseUpload request) =>
        log.CommitOrNote(new JournalRecord.UploadPaused(request.Transfer, request.IsPaused));

    public void Close(StorageRequest.CloseUpload request)
    {
        bool known;
        lock (_gate) known = Remove(request.Transfer);
        if (known) log.CommitOrNote(new JournalRecord.UploadClosed(request.Transfer));
    }

    private (ChunkLayout Layout, string Name, RefusalReason? Refusal) Find(ContentId content, NodeId requester)
    {
        var refusal = sources.Check(content, out var source);
        if (source is { IsPrivate: true } && !offers.IsOffered(content, requester)) refusal = RefusalReason.NotShared;
        if (refusal is null) return (source!.Manifest.Layout, source.Name, null);
        if (downloads.Find(content) is not { IsPrivate: false } partial) return (default, "", refusal);
        // A download without a durable chunk counts as not shared; the requester asks again when a search finds it
        // here.
        return (partial.Manifest.Layout, partial.Name, partial.Durable().IsEmpty ? RefusalReason.NotShared : null);
    }

    private RefusalReason? TryEnter(StorageRequest.OpenUpload request, string name, ChunkLayout layout)
    {
        var pair = (request.Content, request.Requester);
        TransferId? replaced;
        lock (_gate)
        {
            if (_entries.TryGetValue(request.Transfer, out var entered))
                // Requesters choose the ids: on a collision with another requester's id this one must choose again.
                return entered == pair ? null : RefusalReason.UnknownTransfer;
            replaced = _latest.TryGetValue(pair, out var latest) ? latest : null;
            if (replaced is null && _entries.Count >= EntriesMax) return RefusalReason.Busy;
            if (replaced is { } old) _entries.Remove(old);
            Enter(request.Transfer, pair);
        }
        var opened = new JournalRecord.UploadOpened(
            request.Transfer, request.Content, request.Requester, name, layout.ContentBytes, wall.GetUtcNow());
        try
        {
            // Outside the lock, so that uploads opened at the same time share a flush.
            // The new entry first: a crash that cuts the log between the two must not lose both.
            if (replaced is { } closed) log.Commit(opened, new JournalRecord.UploadClosed(closed));
            else log.Commit(opened);
            return null;
        }
        catch (DiskException)
        {
            lock (_gate)
            {
                Remove(request.Transfer);
                if (replaced is { } old) Enter(old, pair);
            }
            return RefusalReason.LogUnavailable;
        }
    }

    private void Enter(TransferId transfer, (ContentId Content, NodeId Requester) pair)
    {
        _entries[transfer] = pair;
        _latest[pair] = transfer;
    }

    private bool Remove(TransferId transfer)
    {
        if (!_entries.Remove(transfer, out var pair)) return false;
        if (_latest.TryGetValue(pair, out var latest) && latest == transfer) _latest.Remove(pair);
        return true;
    }
}
