using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;
using Ferry.Storage.Shares;

namespace Ferry.Storage.Downloads;

/// <summary>
/// Gives a complete file its final name, once, in steps between which a crash may come: flush the file and verify the
/// chunks that lay in it through a restart; log the final name; rename without replacing; flush the folder; offer the
/// file; log the end. After a crash behind the first log entry the file lies under one of its two names, and
/// <see cref="DownloadRecovery"/> goes on from there.
/// </summary>
internal sealed class DownloadEnding(
    IDisk disk, TransferLog log, DownloadPlace place, OpenDownloads downloads, IShareCatalog shares)
{
    /// <summary>How often another program may take the chosen name before the download pauses.</summary>
    private const int RenamesMax = 100;

    public void Finish(ContentId content, ICollection<StorageResult> results)
    {
        if (downloads.Find(content) is not { } file)
        {
            // A repeated request: the first answer is reconstructed from the catalog.
            results.Add(shares.Find(content) is { } source
                ? new StorageResult.DownloadFinished(content, source.Path, AlreadyThere: true)
                : new StorageResult.DownloadAbandoned(content));
            return;
        }
        lock (file.Flushing)
        {
            var durable = file.Durable();
            results.Add(file.Trouble is { } trouble ? DiskTroubles.Stalled(content, file.Name, trouble)
                : durable.IsFull ? Finish(file)
                : new StorageResult.DownloadOpened(content, durable, file.PartPath));
        }
    }

    /// <summary>Also for a file that was found complete and renamed at start-up.</summary>
    public void Publish(Manifest manifest, string finalPath)
    {
        disk.FlushDirectory(Path.GetDirectoryName(finalPath)!);
        if (disk.Stamp(finalPath) is { } stamp) shares.AddDownloaded(manifest, finalPath, stamp);
        // If this fails, a restart finds the file under its final name and ends the download again.
        log.CommitOrNote(new JournalRecord.DownloadClosed(manifest.Id));
    }

    private StorageResult Finish(PartialFile file)
    {
        var isFlushed = false;
        try
        {
            if (!file.IsRenamed)
            {
                file.FlushAndCheck();
                isFlushed = true;
                Rename(file);
            }
            isFlushed = true;
            Publish(file.Manifest, file.FinalPath);
        }
        catch (DiskException failure)
        {
            file.Stall(failure, doubt: !isFlushed);
            return DiskTroubles.Stalled(file.Content, file.Name, failure);
        }
        downloads.Remove(file);
        return new StorageResult.DownloadFinished(file.Content, file.FinalPath, AlreadyThere: false);
    }

    private void Rename(PartialFile file)
    {
        for (var tries = 1; ; tries++)
        {
            if (disk.FileExists(file.FinalPath) || disk.FolderExists(file.FinalPath))
                file.FinalPath = place.ChooseAnother(file.FinalPath);
            log.Commit(new JournalRecord.DownloadFinishing(file.Content, file.FinalPath));
            try
            {
                disk.Rename(file.PartPath, file.FinalPath);
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
