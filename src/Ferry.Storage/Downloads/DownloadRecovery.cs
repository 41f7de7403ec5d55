using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;
using Ferry.Storage.Store;

namespace Ferry.Storage.Downloads;

/// <summary>
/// Goes through what the log held at start-up, and finds out of the disk what has become of it. A crash leaves a
/// download in one of these states: its partial file is there (it goes on with what the log calls durable); it was
/// being finished and has its final name (it is finished); it was being finished and has both names or the old one (it
/// is finished by the core's next request); it was abandoned, and its partial file may be left (it is deleted).
/// Everything else was done by somebody else, or by a disk that forgets: then only what a hash confirms is believed,
/// and the user is told.
/// </summary>
internal sealed class DownloadRecovery(
    IDisk disk, TransferLog log, ManifestFiles manifests, DownloadPlace place, OpenDownloads downloads,
    DownloadEnding ending,
    UncommittedTally tally, DateTimeOffset now)
{
    /// <summary>
    /// Times before this come from a clock that was not set: a small computer without a battery wakes in 1970.
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
            // It is deleted after the download has ended: only the log's last word was not to be had.
            log.Note(new JournalRecord.DownloadClosed(opened.Content));
            return true;
        }
        // Between the log's word and the rename the partial file may have been deleted, and another been put there.
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
        // Without a chunk the file need not have been made before the crash: the downloads does that next.
        if (stamp is not null || entry.Durable.IsEmpty)
            return Recovered(entry.Durable.Copy());

        // Perhaps the disk it lies on is not mounted yet: the log forgets nothing before the file is made anew.
        _warnings.Add(
            $"The partial file {opened.PartPath} of {opened.Name} is missing: what it held is fetched again.");
        file.StartStalled(new DiskException(DiskError.NotFound, $"the partial file {opened.PartPath} is missing"));
        return Recovered(new ChunkMap(manifest.Layout.ChunkCount));

        RecoveredDownload Recovered(ChunkMap durable) =>
            new(manifest, opened.Name, opened.OutputPath, durable, Age(entry.LastProgress));
    }

    /// <summary>
    /// The log names a partial file before it is made, and after a crash in between somebody may have made another.
    /// Ours is empty at first, then as long as the content.
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
