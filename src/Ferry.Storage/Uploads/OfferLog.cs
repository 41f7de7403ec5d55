using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;

namespace Ferry.Storage.Uploads;

/// <summary>
/// The log entries of offers, and what follows of them for who is served. That what was accepted has arrived is logged
/// together with the end of its download: after a crash it is known, and is not fetched again.
/// </summary>
internal sealed class OfferLog(TransferLog log, TimeProvider wall)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<OfferKey, OfferEntry> _entries = [];

    private long Now => wall.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Takes over what the log held.</summary>
    public void Restore(IReadOnlyList<OfferEntry> entries)
    {
        foreach (var entry in entries) _entries[entry.Key] = entry;
    }

    /// <summary>As they are when the downloads are recovered, too.</summary>
    /// <param name="order">That of the log.</param>
    public IReadOnlyList<RecoveredOffer> Recovered(IReadOnlyList<OfferEntry> order)
    {
        var now = wall.GetUtcNow();
        return [.. order.Select(logged => _entries[logged.Key]).Select(entry =>
            new RecoveredOffer(entry, EntryAge.Of(DateTimeOffset.FromUnixTimeMilliseconds(entry.At), now)))];
    }

    public void Keep(OfferEntry entry, ICollection<StorageResult> results)
    {
        lock (_gate)
        {
            // The end of the download has said so already.
            if (entry.At == 0 && _entries.GetValueOrDefault(entry.Key) is { } known && known.State == entry.State)
            {
                results.Add(new StorageResult.OfferKept(known));
                return;
            }
        }
        var kept = entry.At == 0 ? entry with { At = Now } : entry;
        try
        {
            log.Commit(new JournalRecord.OfferKept(kept));
        }
        catch (DiskException failure)
        {
            results.Add(new StorageResult.OfferNotKept(
                entry, $"the log cannot be written ({failure.Message}): make room on the disk of the home"));
            return;
        }
        lock (_gate) _entries[kept.Key] = kept;
        results.Add(new StorageResult.OfferKept(kept));
    }

    public void Forget(OfferKey key)
    {
        lock (_gate) _entries.Remove(key);
        log.CommitOrNote(new JournalRecord.OfferForgotten(key));
    }

    /// <summary>The content is offered to the node by this one's user.</summary>
    public bool IsOffered(ContentId content, NodeId to)
    {
        lock (_gate)
        {
            return _entries.Values.Any(
                entry => entry.Key.IsOwn && entry.Key.Peer == to && entry.Content == content && !entry.IsOver);
        }
    }

    /// <summary>To be logged before the end of the download of this content, which is whole.</summary>
    public JournalRecord[] Arrivals(ContentId content)
    {
        lock (_gate)
        {
            OfferEntry[] arrived = [.. _entries.Values
                .Where(entry => !entry.Key.IsOwn && entry.State == OfferState.Accepted && entry.Content == content)
                .Select(entry => entry with { State = OfferState.Arrived, At = Now })];
            foreach (var entry in arrived) _entries[entry.Key] = entry;
            return [.. arrived.Select(entry => new JournalRecord.OfferKept(entry))];
        }
    }
}
