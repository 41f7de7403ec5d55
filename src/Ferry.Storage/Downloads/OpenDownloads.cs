using System.Collections.Concurrent;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;
using Ferry.Storage.Shares;
using Ferry.Storage.Store;

namespace Ferry.Storage.Downloads;

/// <summary>The unfinished downloads: opens and abandons them.</summary>
internal sealed class OpenDownloads(
    IDisk disk, TransferLog log, ManifestFiles manifests, DownloadPlace place, DownloadRepair repair,
    ChunkAssemblies assemblies, IShareCatalog shares, UncommittedTally tally, TimeProvider wall)
{
    private readonly ConcurrentDictionary<ContentId, PartialFile> _files = [];

    /// <summary>Requested, but the disk has not taken the partial file yet.</summary>
    private readonly ConcurrentDictionary<ContentId, StorageRequest.OpenDownload> _unopened = [];
    private readonly Lock _making = new();

    /// <summary>In the log, but the disk could not be read at start-up.</summary>
    private readonly ConcurrentDictionary<ContentId, DownloadEntry> _postponed = [];

    /// <summary>Partial files of cancelled downloads that could not be deleted.</summary>
    private readonly ConcurrentDictionary<ContentId, string> _undeleted = [];

    public PartialFile? Find(ContentId content) => _files.GetValueOrDefault(content);

    /// <summary>In the order of their ids, which is the order in which several of them are locked.</summary>
    public IReadOnlyList<PartialFile> Files() => [.. _files.Values.OrderBy(file => file.Content)];

    /// <summary>Whether a download's partial file has this path, even if it does not exist yet.</summary>
    public bool IsPart(string path) => _files.Values.Any(file => file.PartPath == path);

    public void Restore(PartialFile file) => _files[file.Content] = file;

    /// <summary>
    /// For an entry that could not be checked at start-up: it stays in the log and resumes when it is requested again.
    /// </summary>
    public void Postpone(DownloadEntry entry) => _postponed[entry.Opened.Content] = entry;

    /// <summary>
    /// After a restart: the node may have crashed while the file of a download without durable chunks was being
    /// created. Nothing may be written to it before it has its length and its name is durable.
    /// </summary>
    public void EnsureCreated()
    {
        var unsure = Files().Where(file => file.Durable().IsEmpty && file.Trouble is null).ToList();
        if (unsure.Count == 0) return;
        try
        {
            // Write-ahead: the log names the files before they are created.
            log.Commit();
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
        foreach (var file in unsure.Where(file => file.Trouble is not null)) file.StartStalled(file.Trouble!);
    }

    public void Open(StorageRequest.OpenDownload request, ICollection<StorageResult> results)
    {
        var content = request.Manifest.Id;
        if (Find(content) is { } known)
        {
            results.Add(repair.ProbeWrites(known));
            return;
        }
        try
        {
            var (finalPath, alreadyThere) = place.Choose(request, IsAimedAt);
            if (alreadyThere is { } stamp)
            {
                // A log write that failed may have reached the disk all the same.
                var mayBeLogged = _unopened.TryRemove(content, out _) | _postponed.TryRemove(content, out _);
                if (mayBeLogged) log.CommitOrNote(new JournalRecord.DownloadClosed(content));
                shares.AddDownloaded(request.Manifest, finalPath, stamp);
                results.Add(new StorageResult.DownloadFinished(content, finalPath, AlreadyThere: true));
                return;
            }
            var file = Resume(request.Manifest) ?? Make(request, finalPath);
            _unopened.TryRemove(content, out _);
            results.Add(repair.ProbeWrites(file));
        }
        catch (DiskException failure)
        {
            _unopened[content] = request;
            results.Add(DiskTroubles.Stalled(content, request.Name, failure));
        }
    }

    public void Retry(ContentId content, ICollection<StorageResult> results)
    {
        if (_unopened.TryGetValue(content, out var request)) Open(request, results);
        else if (Find(content) is { } file) results.Add(repair.ProbeWrites(file));
        else results.Add(new StorageResult.DownloadAbandoned(content));
    }

    public void Abandon(ContentId content, ICollection<StorageResult> results)
    {
        _unopened.TryRemove(content, out _);
        if (Find(content) is { } file)
        {
            lock (file.Flushing)
            {
                // Write-ahead: the cancelling is logged before the file is deleted, so that after a crash in between
                // the download does not come back and its file is deleted.
                log.CommitOrNote(new JournalRecord.DownloadAbandoned(content));
                Remove(file);
                if (!file.IsRenamed) _undeleted[content] = file.PartPath;
                try
                {
                    DeleteRest(content);
                    log.CommitOrNote(new JournalRecord.DownloadClosed(content));
                }
                catch (DiskException)
                {
                    // The entry stays in the log: the next start, or a new request for the content, deletes the file.
                }
            }
        }
        results.Add(new StorageResult.DownloadAbandoned(content));
    }

    /// <summary>The download has ended, and its end is logged.</summary>
    public void Remove(PartialFile file)
    {
        _files.TryRemove(file.Content, out _);
        assemblies.Drop(file.Content, transfer: null);
        file.Dispose();
        manifests.Delete(file.Content);
    }

    /// <summary>
    /// One flush for all files of a folder: with thousands of downloads one flush each would delay the start.
    /// </summary>
    private void FlushNames(IGrouping<string, PartialFile> inFolder)
    {
        try
        {
            disk.FlushDirectory(inFolder.Key);
        }
        catch (DiskException failure)
        {
            foreach (var file in inFolder) file.Stall(failure, doubt: false);
        }
    }

    private static string FolderOf(PartialFile file) => Path.GetDirectoryName(file.PartPath)!;

    private void DeleteRest(ContentId content)
    {
        if (!_undeleted.TryGetValue(content, out var path)) return;
        place.DeletePart(path);
        _undeleted.TryRemove(content, out _);
    }

    /// <summary>
    /// Resumes a download that start-up postponed. No chunk of it counts before its hash was verified.
    /// </summary>
    private PartialFile? Resume(Manifest manifest)
    {
        if (!_postponed.TryGetValue(manifest.Id, out var entry)) return null;
        var opened = entry.Opened;
        if (DownloadRecovery.IsOfSomebodyElse(entry, disk.Stamp(opened.PartPath))) return null;
        if (entry.IsAbandoned)
        {
            _undeleted[manifest.Id] = opened.PartPath;
            return null;
        }
        manifests.Save(manifest);
        var file = new PartialFile(
            disk, tally, manifest, opened.Name, opened.OutputPath, opened.PartPath,
            entry.FinishingAs ?? opened.FinalPath, entry.Durable.Copy());
        file.StartStalled(new DiskException(DiskError.Faulty, $"{opened.PartPath} could not be read"));
        _files[manifest.Id] = file;
        _postponed.TryRemove(manifest.Id, out _);
        return file;
    }

    private bool IsAimedAt(string path) => _files.Values.Any(file => file.FinalPath == path);

    /// <summary>
    /// The manifest first, then the log, then the partial file: a crash in between leaves a manifest, which the next
    /// start deletes, or an entry whose file is created at its first use. The reverse order would leave a file of the
    /// content's length in the user's folder without an owner.
    /// </summary>
    private PartialFile Make(StorageRequest.OpenDownload request, string finalPath)
    {
        var (content, layout) = (request.Manifest.Id, request.Manifest.Layout);
        DeleteRest(content);
        manifests.Save(request.Manifest);
        // One at a time: a chosen name is free for others until the file exists.
        lock (_making)
        {
            while (true)
            {
                var partPath = place.ChoosePart(finalPath, IsPart);
                // Any older entry of this content was about another partial file.
                log.Commit(
                    new JournalRecord.DownloadClosed(content),
                    new JournalRecord.DownloadOpened(
                        content, layout.ContentBytes, request.Name, request.OutputPath, partPath, finalPath,
                        wall.GetUtcNow()));
                _postponed.TryRemove(content, out _);
                var file = new PartialFile(
                    disk, tally, request.Manifest, request.Name, request.OutputPath, partPath, finalPath,
                    new ChunkMap(layout.ChunkCount));
                try
                {
                    if (!place.TryMakePart(partPath, layout)) continue;
                }
                catch (DiskException failure)
                {
                    // The file may exist in part. The entry stays, so that the file is completed or deleted later.
                    file.Stall(failure, doubt: false);
                }
                _files[content] = file;
                return file;
            }
        }
    }
}
