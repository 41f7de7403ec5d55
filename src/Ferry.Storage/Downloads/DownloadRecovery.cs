using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;
using Ferry.Storage.Store;

namespace Ferry.Storage.Downloads;

/// <summary>
/// Compares the recovered log with the files at start-up. A crash leaves a download in one of these states: its partial
/// file exists (the download goes on with the chunks that the log calls durable); it was being finished and has its
/// final name (it is finished); it was being finished and has both names or the old one (the core's next request
/// finishes it); it was abandoned, and its partial file may remain (it is deleted). Any other state comes from another
/// program, or from a disk that lost flushed data: then only chunks whose hash is right count, and the user is told.
/// </summary>
internal sealed class DownloadRecovery(
    IDisk disk, TransferLog log, ManifestFiles manifests, DownloadPlace place, OpenDownloads downloads,
    DownloadEnding ending,
    UncommittedTally tally, DateTimeOffset now)
{
    /// <summary>
    /// Times before this come from a clock that was not set: a small computer without a battery starts in 1970.
    /// </summary>
    private static readonly DateTimeOffset ClockWasSet = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<string> _warnings = [];

    public IReadOnlyList<string> Warnings => _warnings;

    public RecoveredState Run()
    {
        var uploads = log.State.Uploads.Select(Recover).ToList();
        var recovered = log.State.Downloads.ToList().Select(Recover).OfType<RecoveredDownload>().ToList();
        manifests.Sweep(log.State.Downloads.Select(entry => entry.Opened.Content).ToHashSet());
        return new RecoveredState(uploads, recovered);
    }

    private RecoveredUpload Recover(UploadEntry entry)
    {
        var opened = entry.Opened;
        return new RecoveredUpload(
            opened.Transfer, opened.Content, opened.Name, ChunkLayout.For(opened.ContentBytes), opened.Requester,
            entry.AckedBytes, Age(entry.LastAck));
    }

    private RecoveredDownload? Recover(DownloadEntry entry)
    {
        var opened = entry.Opened;
        try
        {
            if (entry.IsAbandoned) return ThrowAway(entry);
            var manifest = manifests.TryLoad(opened.Content);
            if (entry.FinishingAs is { } finalPath && IsFinished(opened, manifest, finalPath)) return null;
            if (manifest is null)
            {
                return GiveUp(opened, $"The download of {opened.Name} cannot go on: the list of its chunks is "
                    + $"missing or damaged. Ask for it again; what had come of it is kept as {opened.PartPath}.");
            }
            return Restore(entry, manifest);
        }
        catch (DiskException failure)
        {
            downloads.Postpone(entry);
            _warnings.Add($"The download of {opened.Name} waits for the next start, or until it is asked for again: "
                + $"{failure.Message}.");
            return null;
        }
    }

    private RecoveredDownload? ThrowAway(DownloadEntry entry)
    {
        if (!IsOfSomebodyElse(entry, disk.Stamp(entry.Opened.PartPath))) place.DeletePart(entry.Opened.PartPath);
        log.Note(new JournalRecord.DownloadClosed(entry.Opened.Content));
        return null;
    }

    private bool IsFinished(JournalRecord.DownloadOpened opened, Manifest? manifest, string finalPath)
    {
        var part = disk.Stamp(opened.PartPath);
        if (disk.Stamp(finalPath) is not { } final) return false;
        // A file system that cannot rename without replacing links the new name first: both may be there, and are one
        // file.
        if (part is { Inode: not 0 } && part.Value.Inode == final.Inode) disk.Delete(opened.PartPath);
        else if (part is not null) return false;

        if (manifest is null)
        {
            // The manifest is deleted only after the end of the download: the file is finished, and only the log's last
            // record was not written.
            log.Note(new JournalRecord.DownloadClosed(opened.Content));
            return true;
        }
        // Between the log record and the rename another program may have replaced the partial file.
        if (ContentCheck.Verify(disk, finalPath, manifest) is null) return false;
        ending.Publish(manifest, finalPath);
        return true;
    }

    private RecoveredDownload? GiveUp(JournalRecord.DownloadOpened opened, string warning)
    {
        log.Note(new JournalRecord.DownloadClosed(opened.Content));
        _warnings.Add(warning);
        return null;
    }

    private RecoveredDownload Restore(DownloadEntry entry, Manifest manifest)
    {
        var opened = entry.Opened;
        var stamp = disk.Stamp(opened.PartPath);
        if (IsOfSomebodyElse(entry, stamp))
        {
            (opened, stamp) = (opened with { PartPath = place.ChoosePart(opened.FinalPath, downloads.IsPart) }, null);
            log.Note(opened);
        }
        if (stamp is { } found && (log.WasDamaged || found.Length != opened.ContentBytes))
            VerifyDurable(entry, manifest);
        var file = new PartialFile(
            disk, tally, manifest, opened.Name, opened.OutputPath, opened.PartPath,
            entry.FinishingAs ?? opened.FinalPath,
            entry.Durable.Copy());
        downloads.Restore(file);
        // Without a durable chunk the file may not have been created before the crash: EnsureCreated does that next.
        if (stamp is not null || entry.Durable.IsEmpty)
            return Recovered(entry.Durable.Copy());

        // The disk may not be mounted yet: the log keeps the entry until the file is made anew.
        _warnings.Add(
            $"The partial file {opened.PartPath} of {opened.Name} is missing: what it held is fetched again.");
        file.StartStalled(new DiskException(DiskError.NotFound, $"the partial file {opened.PartPath} is missing"));
        return Recovered(new ChunkMap(manifest.Layout.ChunkCount));

        RecoveredDownload Recovered(ChunkMap durable) =>
            new(manifest, opened.Name, opened.OutputPath, durable, Age(entry.LastProgress));
    }

    /// <summary>
    /// The log names a partial file before it is created, and after a crash in between another program may have created
    /// a file of that name. A partial file of ours is empty at first, then as long as the content.
    /// </summary>
    public static bool IsOfSomebodyElse(DownloadEntry entry, FileStamp? stamp) =>
        entry.Durable.IsEmpty && stamp is { Length: not 0 } there && there.Length != entry.Opened.ContentBytes;

    private void VerifyDurable(DownloadEntry entry, Manifest manifest)
    {
        using var file = disk.Open(entry.Opened.PartPath, DiskOpen.Read);
        var lost = ContentCheck.Lost(file, manifest, entry.Durable);
        if (lost.Count == 0) return;
        _warnings.Add($"{lost.Count} chunks of {entry.Opened.Name} are not what they were: they are fetched again.");
        foreach (var record in JournalRecord.ChunksLost.Of(entry.Opened.Content, lost)) log.Note(record);
    }

    private TimeSpan Age(DateTimeOffset last) =>
        last < ClockWasSet || now < last ? TimeSpan.Zero : now - last;
}
