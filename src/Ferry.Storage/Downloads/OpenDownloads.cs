using System.Collections.Concurrent;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;
using Ferry.Storage.Shares;
using Ferry.Storage.Store;

namespace Ferry.Storage.Downloads;

/// <summary>The unfinished downloads: opens them, and stops them for good.</summary>
internal sealed class OpenDownloads(
    IDisk disk, TransferLog log, ManifestFiles manifests, DownloadPlace place, DownloadRepair repair,
    ChunkAssemblies assemblies, IShareCatalog shares, UncommittedTally tally, TimeProvider wall)
{
    private readonly ConcurrentDictionary<ContentId, PartialFile> _files = [];

    /// <summary>Asked for, but the disk did not even take a partial file yet.</summary>
    private readonly ConcurrentDictionary<ContentId, StorageRequest.OpenDownload> _unopened = [];
    private readonly Lock _making = new();

    /// <summary>In the log, but the disk could not be read well enough at start-up to go on with them.</summary>
    private readonly ConcurrentDictionary<ContentId, DownloadEntry> _postponed = [];

    /// <summary>Partial files that nobody wants and the disk did not let go of.</summary>
    private readonly ConcurrentDictionary<ContentId, string> _undeleted = [];

    public PartialFile? Find(ContentId content) => _files.GetValueOrDefault(content);

    /// <summary>In the order of their ids, in which several of them are locked.</summary>
    public IReadOnlyList<PartialFile> Files() => [.. _files.Values.OrderBy(file => file.Content)];

    /// <summary>A download's partial file has this path, whether it is there yet or not.</summary>
    public bool IsPart(string path) => _files.Values.Any(file => file.PartPath == path);

    public void Restore(PartialFile file) => _files[file.Content] = file;

    /// <summary>
    /// At start-up: the disk could not be read. It stays in the log, and goes on when it is asked for.
    /// </summary>
    public void Postpone(DownloadEntry entry) => _postponed[entry.Opened.Content] = entry;

    /// <summary>
    /// After a restart: a download without a durable chunk may have crashed while its file was being made. Nothing may
    /// be written to it before it has its length and its name would survive a power cut.
    /// </summary>
    public void EnsureCreated()
    {
        var unsure = Files().Where(file => file.Durable().IsEmpty && file.Trouble is null).ToList();
        if (unsure.Count == 0) return;
        try
        {
            // The log's word on where the files are comes first.
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
            // There may be more of them than files that a process may hold.
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
                // A log that failed when it was to note the opening may have noted it all the same.
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
                // First the word, then the deed: a crash in between may neither bring it back nor leave its file.
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
                    // The entry stays: the next start, or who asks for the same again, deletes the file.
                }
            }
        }
        results.Add(new StorageResult.DownloadAbandoned(content));
    }

    /// <summary>The download is at its end, and the log knows.</summary>
    public void Remove(PartialFile file)
    {
        _files.TryRemove(file.Content, out _);
        assemblies.Drop(file.Content, transfer: null);
        file.Dispose();
        manifests.Delete(file.Content);
    }

    /// <summary>Once for all: a node with thousands of downloads would spend its start with it.</summary>
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
    /// Goes on with what start-up had to leave. Nothing of it is trusted before its hash was looked at.
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
    /// First the manifest, then the log, then the partial file: a crash in between leaves a manifest, which the next
    /// start sweeps away, or an entry whose file is made when it is first used. The other way round it would leave a
    /// file of the content's length in the user's folder, which nobody knows of.
    /// </summary>
    private PartialFile Make(StorageRequest.OpenDownload request, string finalPath)
    {
        var (content, layout) = (request.Manifest.Id, request.Manifest.Layout);
        DeleteRest(content);
        manifests.Save(request.Manifest);
        // One at a time: a name that is chosen is not taken before the file is made.
        lock (_making)
        {
            while (true)
            {
                var partPath = place.ChoosePart(finalPath, IsPart);
                // Whatever the log may still say of this content was about another partial file.
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
                    // It may be there in part. The entry stays, so that it is made whole or deleted later, but
                    // never forgotten.
                    file.Stall(failure, doubt: false);
                }
                _files[content] = file;
                return file;
            }
        }
    }
}
