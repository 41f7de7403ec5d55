using System.Collections.Concurrent;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;

namespace Ferry.Storage.Store;

/// <summary>The unfinished downloads: opens them, and stops them for good.</summary>
internal sealed class DownloadBook(
    IDisk disk, TransferLog log, ManifestFiles manifests, DownloadPlace place, DownloadRepair repair,
    ChunkAssemblies assemblies, IShareCatalog shares, UncommittedTally tally, TimeProvider wall)
{
    private readonly ConcurrentDictionary<ContentId, PartialFile> _files = [];

    /// <summary>Asked for, but the disk did not even take a partial file yet.</summary>
    private readonly ConcurrentDictionary<ContentId, StorageRequest.OpenDownload> _unopened = [];
    private readonly Lock _making = new();

    public PartialFile? Find(ContentId content) => _files.GetValueOrDefault(content);

    /// <summary>In the order of their ids, in which several of them are locked.</summary>
    public IReadOnlyList<PartialFile> Files() => [.. _files.Values.OrderBy(file => file.Content)];

    /// <summary>A download's partial file has this path, whether it is there yet or not.</summary>
    public bool IsPart(string path) => _files.Values.Any(file => file.PartPath == path);

    public void Restore(PartialFile file) => _files[file.Content] = file;

    /// <summary>
    /// After a restart: a download without a durable chunk may have crashed while its file was being made. Nothing may
    /// be written to it before it has its length and its name would survive a power cut.
    /// </summary>
    public void MakeWhole()
    {
        foreach (var file in Files())
        {
            if (!file.Durable().IsEmpty || file.Trouble is not null) continue;
            try
            {
                // The log's word on where the file is comes first.
                log.Commit();
            }
            catch (DiskException failure)
            {
                file.StartStalled(failure);
                continue;
            }
            if (repair.Revive(file) is StorageResult.DownloadStalled) file.StartStalled(file.Trouble!);
        }
    }

    public void Open(StorageRequest.OpenDownload request, ICollection<StorageResult> results)
    {
        var content = request.Manifest.Id;
        if (Find(content) is { } known)
        {
            results.Add(repair.Revive(known));
            return;
        }
        try
        {
            var (finalPath, alreadyThere) = place.Choose(request, IsAimedAt);
            if (alreadyThere is { } stamp)
            {
                _unopened.TryRemove(content, out _);
                shares.AddDownloaded(request.Manifest, finalPath, stamp);
                results.Add(new StorageResult.DownloadFinished(content, finalPath, AlreadyThere: true));
                return;
            }
            var file = Make(request, finalPath);
            _unopened.TryRemove(content, out _);
            results.Add(repair.Revive(file));
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
        else if (Find(content) is { } file) results.Add(repair.Revive(file));
        else results.Add(new StorageResult.DownloadAbandoned(content));
    }

    public void Abandon(ContentId content, ICollection<StorageResult> results)
    {
        _unopened.TryRemove(content, out _);
        if (Find(content) is { } file)
        {
            lock (file.Flushing)
            {
                log.CommitOrNote(new JournalRecord.DownloadClosed(content));
                Remove(file);
                if (!file.IsRenamed) Folders.DeleteIfPossible(disk, file.PartPath);
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

    private bool IsAimedAt(string path) => _files.Values.Any(file => file.FinalPath == path);

    /// <summary>
    /// First the manifest, then the log, then the partial file: a crash in between leaves a manifest, which the next
    /// start sweeps away, or an entry whose file is made when it is first used. The other way round it would leave a
    /// file of the content's length in the user's folder, which nobody knows of.
    /// </summary>
    private PartialFile Make(StorageRequest.OpenDownload request, string finalPath)
    {
        var (content, layout) = (request.Manifest.Id, request.Manifest.Layout);
        manifests.Save(request.Manifest);
        // One at a time: a name that is chosen is not taken before the file is made.
        lock (_making)
        {
            while (true)
            {
                var partPath = place.ChoosePart(finalPath, IsPart);
                log.Commit(new JournalRecord.DownloadOpened(
                    content, layout.ContentBytes, request.Name, request.OutputPath, partPath, finalPath,
                    wall.GetUtcNow()));
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
