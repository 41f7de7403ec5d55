using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;
using Ferry.Storage.Store;

namespace Ferry.Storage.Downloads;

/// <summary>
/// Opens the partial file of a download: a new one, the one it has, or the one that start-up postponed.
/// </summary>
internal sealed class DownloadOpening(
    StoreContext store, OpenDownloads downloads, DownloadRepair repair, OlderCopy older, DownloadEnding ending)
{
    /// <summary>One at a time: a chosen name is free for others until the file exists.</summary>
    private readonly Lock _making = new();

    public void Open(StorageRequest.OpenDownload request, ICollection<StorageResult> results)
    {
        var content = request.Manifest.Id;
        if (downloads.Find(content) is { } known)
        {
            results.Add(repair.ProbeWrites(known));
            return;
        }
        try
        {
            results.Add(store.Place.Under(request, portable => Open(request, portable)));
        }
        catch (DiskException failure)
        {
            downloads.Unopened[content] = request;
            results.Add(DiskTroubles.Stalled(content, request.Name, failure));
        }
    }

    public void Retry(ContentId content, ICollection<StorageResult> results)
    {
        if (downloads.Unopened.TryGetValue(content, out var request)) Open(request, results);
        else if (downloads.Find(content) is { } file) results.Add(repair.ProbeWrites(file));
        else results.Add(new StorageResult.DownloadAbandoned(content));
    }

    /// <summary>
    /// After a restart: the node may have crashed while the file of a download without durable chunks was being
    /// created. Nothing may be written to it before it has its length and its name is durable.
    /// </summary>
    public void EnsureCreated()
    {
        var unsure = downloads.Files().Where(file => file.Durable().IsEmpty && file.Trouble is null).ToList();
        if (unsure.Count == 0) return;
        try
        {
            // Write-ahead: the log names the files before they are created.
            store.Log.Commit();
        }
        catch (DiskException failure)
        {
            foreach (var file in unsure) file.StartStalled(failure);
            return;
        }
        foreach (var file in unsure)
        {
            repair.ProbeWrites(file, flushesName: false);
            // There may be more downloads than file handles a process may hold.
            file.CloseIdleHandle();
        }
        foreach (var inFolder in unsure.Where(file => file.Trouble is null).GroupBy(FolderOf)) FlushNames(inFolder);
        foreach (var file in unsure)
        {
            if (file.Trouble is { } trouble) file.StartStalled(trouble);
        }
    }

    /// <summary>
    /// One flush for all files of a folder: with thousands of downloads one flush each would delay the start.
    /// </summary>
    private void FlushNames(IGrouping<string, PartialFile> inFolder)
    {
        try
        {
            store.Disk.FlushDirectory(inFolder.Key);
            foreach (var file in inFolder) file.IsNameDurable = true;
        }
        catch (DiskException failure)
        {
            foreach (var file in inFolder) file.Stall(failure, doubt: false);
        }
    }

    private StorageResult Open(StorageRequest.OpenDownload request, bool portable)
    {
        var content = request.Manifest.Id;
        var (finalPath, alreadyThere) = Choose(request, downloads.IsAimedAt, portable);
        if (alreadyThere is { } stamp)
        {
            // A log write that failed may have reached the disk all the same.
            var mayBeLogged = downloads.Unopened.TryRemove(content, out _)
                | downloads.Postponed.TryRemove(content, out _);
            ending.LogArrivals(content);
            if (mayBeLogged) store.Log.CommitOrNote(new JournalRecord.DownloadClosed(content));
            if (!request.IsPrivate) store.Shares.AddDownloaded(request.Manifest, finalPath, stamp);
            return new StorageResult.DownloadFinished(content, finalPath, AlreadyThere: true);
        }
        var resumed = Resume(request.Manifest);
        var file = resumed ?? Make(request, finalPath, mayStall: portable);
        downloads.Unopened.TryRemove(content, out _);
        var opened = repair.ProbeWrites(file);
        return resumed is null && opened is StorageResult.DownloadOpened
            ? older.Take(file, store.Place.Versions(request, portable)) : opened;
    }

    private static string FolderOf(PartialFile file) => DownloadPlace.FolderOf(file.PartPath);

    /// <summary>
    /// Resumes a download that start-up postponed. No chunk of it counts before its hash was verified.
    /// </summary>
    private PartialFile? Resume(Manifest manifest)
    {
        if (!downloads.Postponed.TryGetValue(manifest.Id, out var entry)) return null;
        var opened = entry.Opened;
        if (RecoveryPlan.IsForeign(entry, store.Disk.Stamp(opened.PartPath))) return null;
        if (entry.IsAbandoned)
        {
            downloads.Undeleted[manifest.Id] = opened.PartPath;
            return null;
        }
        store.Manifests.Save(manifest);
        var file = new PartialFile(
            store.Disk, store.Uncommitted, manifest, opened with { FinalPath = entry.FinishingAs ?? opened.FinalPath },
            entry.Durable)
        {
            Staging = entry.Staging,
            IsMade = entry is { Staging: not null, FinishingAs: not null },
        };
        file.StartStalled(new DiskException(DiskError.Faulty, $"{opened.PartPath} could not be read"));
        downloads.Add(file);
        downloads.Postponed.TryRemove(manifest.Id, out _);
        return file;
    }

    /// <summary>
    /// The manifest first, then the log, then the partial file: a crash in between leaves a manifest, which the next
    /// start deletes, or an entry whose file is created at its first use. The reverse order would leave a file of the
    /// content's length in the user's folder without an owner.
    /// </summary>
    /// <param name="mayStall">With a name that the file system does not hold; else that is thrown.</param>
    private PartialFile Make(StorageRequest.OpenDownload request, string finalPath, bool mayStall)
    {
        var (content, layout) = (request.Manifest.Id, request.Manifest.Layout);
        ending.TryDeleteLeftover(content);
        store.Manifests.Save(request.Manifest);
        lock (_making)
        {
            while (true)
            {
                var opened = new JournalRecord.DownloadOpened(
                    content, layout.ContentBytes, request.Name, request.OutputPath,
                    store.Place.ChoosePart(finalPath, downloads.IsPart), finalPath, store.Wall.GetUtcNow())
                {
                    Traits = request.Traits,
                    IsPublic = request.IsPublic,
                    Overwrites = request.Overwrites,
                    IsPrivate = request.IsPrivate,
                };
                // Any older entry of this content was about another partial file.
                store.Log.Commit(new JournalRecord.DownloadClosed(content), opened);
                downloads.Postponed.TryRemove(content, out _);
                var file = new PartialFile(
                    store.Disk, store.Uncommitted, request.Manifest, opened, new ChunkMap(layout.ChunkCount));
                try
                {
                    // For its length alone some file systems take room.
                    store.Room.Check(DownloadPlace.FolderOf(opened.PartPath), request.Manifest);
                    if (!store.Place.TryMakePart(opened.PartPath, layout)) continue;
                    file.IsNameDurable = true;
                }
                catch (DiskException failure)
                    when (failure.Error == DiskError.BadPath && !mayStall && store.Place.HasPortable(request))
                {
                    store.Log.Commit(new JournalRecord.DownloadClosed(content));
                    throw;
                }
                catch (DiskException failure) when (IsForGood(failure, request))
                {
                    ending.Discard(content, opened.PartPath);
                    throw ForGood(failure);
                }
                catch (DiskException failure)
                {
                    // The file may exist in part. The entry stays, so that the file is completed or deleted later.
                    file.Stall(failure, doubt: false);
                }
                downloads.Add(file);
                return file;
            }
        }
    }

    private (string FinalPath, FileStamp? AlreadyThere) Choose(
        StorageRequest.OpenDownload request, Func<string, bool> isTaken, bool portable)
    {
        try
        {
            return store.Place.Choose(request, isTaken, portable);
        }
        catch (DiskException failure) when (IsForGood(failure, request))
        {
            throw ForGood(failure);
        }
    }

    /// <summary>
    /// Nothing has come yet, and nothing will while the place stays as it is: where the user named the place, or where
    /// no file is that large, it is better to fail than to wait for what may never change.
    /// </summary>
    private static bool IsForGood(DiskException failure, StorageRequest.OpenDownload request) =>
        failure.Error == DiskError.TooLarge
        || (request.OutputPath is not null && failure.Error is DiskError.NotWritable or DiskError.NotFound);

    private static DiskException ForGood(DiskException failure) => new(DiskError.BadPath, failure.Message, failure);
}
