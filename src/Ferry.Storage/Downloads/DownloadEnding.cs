using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;
using Ferry.Storage.Store;

namespace Ferry.Storage.Downloads;

/// <summary>
/// Gives a complete file its final name, once, in steps between which a crash may come: flush the file and read it
/// back; log the final name; rename (without replacing, unless the user wants that); flush the folder; offer the file;
/// log the end. After a crash behind the first log entry the file lies under one of its two names, and <see
/// cref="DownloadRecovery"/> goes on from there. Also ends downloads that are cancelled, even while they are read back.
/// </summary>
internal sealed class DownloadEnding(StoreContext store, OpenDownloads downloads)
{
    /// <summary>How often another program may take the chosen name before the download pauses.</summary>
    private const int RenamesMax = 100;

    private readonly FolderEnding _folders = new(store);
    private volatile bool _isStopping;

    /// <summary>
    /// Files that are being read back are left as they are: the next start goes on with them. Others may take long.
    /// </summary>
    public void Stop() => _isStopping = true;

    public void Finish(ContentId content, ICollection<StorageResult> results)
    {
        if (downloads.Find(content) is not { } file)
        {
            // A repeated request: the first answer is reconstructed from the catalog.
            results.Add(store.Shares.Find(content) is { } source
                ? new StorageResult.DownloadFinished(content, source.Path, AlreadyThere: true)
                : new StorageResult.DownloadAbandoned(content));
            return;
        }
        lock (file.Flushing)
        {
            if (downloads.Find(content) != file) return; // Cancelled meanwhile, and answered.
            var durable = file.Durable();
            var result = file.Trouble is { } trouble ? DiskTroubles.Stalled(content, file.Name, trouble)
                : durable.IsFull ? Finish(file)
                : new StorageResult.DownloadOpened(content, durable, file.PartPath);
            if (result is not null) results.Add(result);
        }
    }

    /// <summary>Also for a file that was found complete and renamed at start-up.</summary>
    /// <param name="verified">When its bytes were read, and were right.</param>
    /// <param name="isPrivate">It is not offered.</param>
    public void Publish(Manifest manifest, string finalPath, FileStamp verified, bool isPrivate)
    {
        store.Disk.FlushDirectory(DownloadPlace.FolderOf(finalPath));
        // A file that has been changed since goes by its old stamp, so that it is hashed before it is offered.
        if (!isPrivate && store.Disk.Stamp(finalPath) is { } stamp)
            store.Shares.AddDownloaded(manifest, finalPath, stamp.HasBytesOf(verified) ? stamp : verified);
        LogArrivals(manifest.Id);
        // If this fails, a restart finds the file under its final name and ends the download again.
        store.Log.CommitOrNote(new JournalRecord.DownloadClosed(manifest.Id));
    }

    /// <summary>The content has its final name: that is what the senders who offered it wait for.</summary>
    public void LogArrivals(ContentId content)
    {
        foreach (var arrived in store.Offers.Arrivals(content)) store.Log.CommitOrNote(arrived);
    }

    public void Abandon(ContentId content, ICollection<StorageResult> results)
    {
        downloads.Unopened.TryRemove(content, out _);
        if (downloads.Find(content) is { } file)
        {
            file.StopReadBack();
            lock (file.Flushing)
            {
                if (downloads.Find(content) != file) return; // It has its name, and that was answered.
                Discard(content, file.IsRenamed ? null : file.PartPath, () =>
                {
                    downloads.Remove(file);
                    DeleteStaging(file.Staging);
                });
            }
        }
        downloads.Undeleted.TryGetValue(content, out var left);
        results.Add(new StorageResult.DownloadAbandoned(content) { LeftBehind = left });
    }

    /// <summary>What was made of a folder whose download is cancelled: nobody sees it.</summary>
    public void DeleteStaging(string? folder)
    {
        if (folder is null) return;
        try
        {
            store.Disk.DeleteFolder(folder);
        }
        catch (DiskException)
        {
            // The partial file, which lies beside it, cannot be deleted either, and that is told.
        }
    }

    /// <summary>Ends a download for good, whether its partial file can be deleted or not.</summary>
    public void Discard(ContentId content, string? partPath, Action? close = null)
    {
        // Write-ahead: the cancelling is logged before the file is deleted, so that after a crash in between the
        // download does not come back and its file is deleted.
        store.Log.CommitOrNote(new JournalRecord.DownloadAbandoned(content));
        close?.Invoke();
        if (partPath is not null) downloads.Undeleted[content] = partPath;
        // Otherwise the entry stays in the log: the next start, or a new request for the content, tries again.
        if (TryDeleteLeftover(content)) store.Log.CommitOrNote(new JournalRecord.DownloadClosed(content));
    }

    /// <summary>
    /// Deletes the partial file of a cancelled download of this content, if there is one. False when it is still there:
    /// a new download of the content does without its name.
    /// </summary>
    public bool TryDeleteLeftover(ContentId content)
    {
        if (!downloads.Undeleted.TryGetValue(content, out var path)) return true;
        try
        {
            store.Place.DeletePart(path);
            return downloads.Undeleted.TryRemove(content, out _);
        }
        catch (DiskException)
        {
            return false; // The answer to the cancel has told where it is.
        }
    }

    /// <summary>Null when the reading back was stopped.</summary>
    private StorageResult? Finish(PartialFile file)
    {
        var isFlushed = false;
        try
        {
            if (!file.IsRenamed)
            {
                if (!file.FlushAndReadBack(store.Disk, () => _isStopping)) return null;
                isFlushed = true;
                if (file.Manifest.IsFolder) return FinishFolder(file);
                Rename(file);
            }
            isFlushed = true;
            Publish(file.Manifest, file.FinalPath, file.Verified, file.IsPrivate);
        }
        catch (DiskException failure)
        {
            file.Stall(failure, doubt: !isFlushed);
            return DiskTroubles.Stalled(file.Content, file.Name, failure);
        }
        downloads.Remove(file);
        return new StorageResult.DownloadFinished(file.Content, file.FinalPath, AlreadyThere: false);
    }

    /// <summary>Null when it was stopped.</summary>
    private StorageResult.DownloadFinished? FinishFolder(PartialFile file)
    {
        if (_folders.Finish(file, () => file.IsUnwanted || _isStopping) is not { } finished) return null;
        LogArrivals(file.Content);
        // It has its name, and nothing more is wanted of the partial file.
        Discard(file.Content, file.PartPath, () => downloads.Remove(file));
        return finished;
    }

    private void Rename(PartialFile file)
    {
        for (var tries = 1; ; tries++)
        {
            if (store.Disk.FolderExists(file.FinalPath)
                || (!file.Overwrites && store.Disk.FileExists(file.FinalPath)))
                file.FinalPath = store.Place.ChooseAnother(file.FinalPath);
            store.Log.Commit(new JournalRecord.DownloadFinishing(file.Content, file.FinalPath));
            try
            {
                store.Place.Move(file.PartPath, file.FinalPath, file.Overwrites);
                file.IsRenamed = true;
                return;
            }
            catch (DiskException failure) when (failure.Error == DiskError.Exists && tries < RenamesMax)
            {
                // Another program made a file of that name after the check: try the next name.
            }
        }
    }
}
