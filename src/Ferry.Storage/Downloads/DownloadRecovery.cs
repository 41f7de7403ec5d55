using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;
using Ferry.Storage.Store;

namespace Ferry.Storage.Downloads;

/// <summary>
/// Compares the downloads of the log with their files at start-up, and carries out the <see cref="RecoveryPlan"/> of
/// each. The user is told of every state that a crash does not explain.
/// </summary>
internal sealed class DownloadRecovery(
    StoreContext store, OpenDownloads downloads, DownloadEnding ending, bool logWasDamaged)
{
    private readonly List<string> _warnings = [];
    private readonly HashSet<ContentId> _unfinished = [];

    public IReadOnlyList<string> Warnings => _warnings;

    public IReadOnlyList<RecoveredDownload> Run(IReadOnlyList<LoggedDownload> entries)
    {
        var recovered = entries.Select(Recover).OfType<RecoveredDownload>().ToList();
        store.Manifests.Sweep(_unfinished);
        return recovered;
    }

    private RecoveredDownload? Recover(LoggedDownload entry)
    {
        try
        {
            var manifest = entry.IsAbandoned ? null : store.Manifests.TryLoad(entry.Opened.Content);
            var facts = new DownloadFacts(
                store.Disk.Stamp(entry.Opened.PartPath),
                // A folder is given its name by the core's next request to finish it.
                entry is { FinishingAs: { } finalPath, Staging: null } ? store.Disk.Stamp(finalPath) : null,
                manifest is not null);
            return CarryOut(entry, facts, manifest);
        }
        catch (DiskException failure) when (failure.Error == DiskError.Away && !entry.IsAbandoned
            && store.Manifests.TryLoad(entry.Opened.Content) is { } manifest)
        {
            return Await(entry, manifest, failure);
        }
        catch (DiskException failure)
        {
            downloads.Postponed[entry.Opened.Content] = entry;
            _unfinished.Add(entry.Opened.Content);
            _warnings.Add($"the download of {entry.Opened.Name} waits for the next start, or until it is asked for "
                + $"again: {failure.Message}");
            return null;
        }
    }

    /// <summary>Nothing of it is lost: the core asks now and then whether its disk is back.</summary>
    private RecoveredDownload Await(LoggedDownload entry, Manifest manifest, DiskException away)
    {
        var opened = entry.Opened with { FinalPath = entry.FinishingAs ?? entry.Opened.FinalPath };
        _unfinished.Add(opened.Content);
        _warnings.Add($"the download of {opened.Name} waits: {away.Message}");
        var file = new PartialFile(store.Disk, store.Uncommitted, manifest, opened, entry.Durable)
        {
            Staging = entry.Staging,
            IsMade = entry is { Staging: not null, FinishingAs: not null },
        };
        downloads.Add(file);
        file.StartStalled(away);
        return new RecoveredDownload(
            manifest, opened.Name, opened.OutputPath, entry.Durable,
            EntryAge.Of(entry.LastProgress, store.Wall.GetUtcNow()))
        {
            IsPublic = opened.IsPublic,
            IsPrivate = opened.IsPrivate,
            IsPaused = entry.IsPaused,
        };
    }

    private RecoveredDownload? CarryOut(LoggedDownload entry, DownloadFacts facts, Manifest? manifest)
    {
        switch (RecoveryPlan.For(entry, facts, logWasDamaged))
        {
            case RecoveryPlan.Discard discard:
                ending.DeleteStaging(entry.Staging);
                if (!discard.DeletesPart) break;
                downloads.Undeleted[entry.Opened.Content] = entry.Opened.PartPath;
                if (ending.TryDeleteLeftover(entry.Opened.Content)) break;
                _warnings.Add($"the download of {entry.Opened.Name} was cancelled, but its partial file "
                    + $"{entry.Opened.PartPath} cannot be deleted: delete it by hand");
                return null; // The entry stays in the log, so that the next start tries again.
            case RecoveryPlan.ConfirmFinished confirm when manifest is not null:
                if (TryPublish(entry, confirm, manifest)) return null;
                return CarryOut(entry, facts with { Final = null }, manifest);
            case RecoveryPlan.CloseFinished close:
                if (close.IsAlsoPart) store.Disk.Delete(entry.Opened.PartPath);
                break;
            case RecoveryPlan.Continue go when manifest is not null:
                return Continue(entry, go, manifest);
            default:
                _warnings.Add($"the download of {entry.Opened.Name} cannot go on, the list of its chunks is missing or "
                    + $"damaged: ask for it again; what had come of it is kept as {entry.Opened.PartPath}");
                break;
        }
        store.Log.Note(new JournalRecord.DownloadClosed(entry.Opened.Content));
        return null;
    }

    private bool TryPublish(LoggedDownload entry, RecoveryPlan.ConfirmFinished confirm, Manifest manifest)
    {
        var verified = ContentCheck.Verify(store.Disk, confirm.FinalPath, manifest);
        var isWhole = verified is not null;
        // One of two names for one file goes: the old one of a finished file, the new one of any other.
        if (confirm.IsAlsoPart) store.Disk.Delete(isWhole ? entry.Opened.PartPath : confirm.FinalPath);
        if (verified is { } stamp) ending.Publish(manifest, confirm.FinalPath, stamp, entry.Opened.IsPrivate);
        return isWhole;
    }

    private RecoveredDownload Continue(LoggedDownload entry, RecoveryPlan.Continue plan, Manifest manifest)
    {
        var opened = entry.Opened;
        _unfinished.Add(opened.Content);
        if (plan.ChoosesPart)
        {
            opened = opened with { PartPath = store.Place.ChoosePart(opened.FinalPath, downloads.IsPart) };
            store.Log.Note(opened);
        }
        var durable = plan.VerifiesDurable ? Confirmed(entry, manifest) : entry.Durable;
        var file = new PartialFile(
            store.Disk, store.Uncommitted, manifest, opened with { FinalPath = entry.FinishingAs ?? opened.FinalPath },
            durable)
        {
            Staging = entry.Staging,
            IsMade = entry is { Staging: not null, FinishingAs: not null },
        };
        downloads.Add(file);
        if (plan.IsMissing)
        {
            _warnings.Add(
                $"the partial file {opened.PartPath} of {opened.Name} is missing: what it held is fetched again");
            file.StartStalled(
                new DiskException(DiskError.NotFound, $"the partial file {opened.PartPath} is missing"));
            durable = new ChunkMap(manifest.Layout.ChunkCount);
        }
        return new RecoveredDownload(
            manifest, opened.Name, opened.OutputPath, durable,
            EntryAge.Of(entry.LastProgress, store.Wall.GetUtcNow()))
        {
            IsPublic = opened.IsPublic,
            IsPrivate = opened.IsPrivate,
            IsPaused = entry.IsPaused,
        };
    }

    private ChunkMap Confirmed(LoggedDownload entry, Manifest manifest)
    {
        using var file = store.Disk.Open(entry.Opened.PartPath, DiskOpen.Read);
        var lost = ContentCheck.Lost(file, manifest, entry.Durable);
        if (lost.Count == 0) return entry.Durable;
        _warnings.Add($"{lost.Count} chunks of {entry.Opened.Name} are not what they were: they are fetched again");
        foreach (var record in JournalRecord.ChunksLost.Of(entry.Opened.Content, lost)) store.Log.Note(record);
        var durable = entry.Durable.Copy();
        foreach (var chunk in lost) durable.Remove(chunk);
        return durable;
    }
}
