using Ferry.Protocol;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;
using Ferry.Storage.Store;
using Ferry.Storage.Trees;

namespace Ferry.Storage.Downloads;

/// <summary>
/// Makes a folder of its content, which has been verified and read back, in steps between which a crash may come: log
/// where; make it there, under a name that nobody sees; flush all of it and read it back; log the final name; rename
/// without replacing; flush the folder above; offer it. After a crash it is made again from the partial file, unless it
/// has its final name already: then it is whole.
/// </summary>
internal sealed class FolderEnding(StoreContext store)
{
    private const int RenamesMax = 100;

    /// <summary>Null when it was stopped. Under <see cref="PartialFile.Flushing"/>.</summary>
    /// <exception cref="DiskException">The disk fails, or what came is no folder.</exception>
    public StorageResult.DownloadFinished? Finish(PartialFile file, Func<bool> isStopped)
    {
        using var use = file.Use();
        void Read(Span<byte> bytes, long offset)
        {
            if (use.File.Read(bytes, offset) != bytes.Length)
                throw new DiskException(DiskError.Changed, $"another program changed the length of {file.PartPath}");
        }
        var listing = FolderReader.ListingOf(file.Manifest, Read);
        if (file.IsMade && !store.Disk.FolderExists(file.Staging!) && store.Disk.FolderExists(file.FinalPath))
            return Renamed(file, listing, isStopped);
        if (Make(file, listing, Read, isStopped) is not { } made) return null;
        var path = Rename(file);
        if (!file.IsPrivate && made.Map is { } map) store.Shares.AddDownloadedFolder(file.Manifest, path, map);
        return new StorageResult.DownloadFinished(file.Content, path, AlreadyThere: false)
        {
            Remarks = made.Remarks,
        };
    }

    /// <summary>
    /// After a crash between the record of the final name and the end of the download. Names that had to be others are
    /// not known any more, and then it is not offered.
    /// </summary>
    private StorageResult.DownloadFinished Renamed(PartialFile file, FolderListing listing, Func<bool> isStopped)
    {
        var (disk, folder) = (store.Disk, file.FinalPath);
        disk.FlushDirectory(DownloadPlace.FolderOf(folder));
        var places = listing.Entries.Select(entry => entry.Kind != EntryKind.File ? default
            : new FolderPlace(entry.Path, disk.Stamp(Path.Combine(folder, entry.Path)) ?? default, null));
        var map = new FolderMap(listing, file.Manifest.Layout.ContentBytes, [.. places]);
        try
        {
            if (!file.IsPrivate && FolderReader.IsWhole(disk, folder, map, file.Manifest, isStopped))
                store.Shares.AddDownloadedFolder(file.Manifest, folder, map);
        }
        catch (DiskException failure) when (failure.Error == DiskError.Changed)
        {
            // It is its user's by now, who may have changed it.
        }
        return new StorageResult.DownloadFinished(file.Content, folder, AlreadyThere: false);
    }

    private UnpackedFolder? Make(
        PartialFile file, FolderListing listing, FolderUnpack.Reading read, Func<bool> isStopped)
    {
        var size = file.Manifest.Layout.ContentBytes;
        FolderReader.CheckGaps(new FolderMap(listing, size, []), read, isStopped);
        var staging = file.Staging ??= store.Place.ChooseStaging(file.FinalPath);
        // Write-ahead: a crash from here on leaves a folder whose owner the log names.
        store.Log.Commit(new JournalRecord.DownloadUnpacking(file.Content, staging));
        file.IsMade = false;
        store.Disk.DeleteFolder(staging);
        store.Room.Check(DownloadPlace.FolderOf(staging), listing.FileBytes);
        try
        {
            var made = new FolderUnpack(store.Disk, listing, size, read).Run(staging, isStopped);
            if (made is null) return null;
            store.Disk.FlushTree(staging);
            store.Disk.FlushDirectory(DownloadPlace.FolderOf(staging));
            return made.Map is null || FolderReader.IsWhole(store.Disk, staging, made.Map, file.Manifest, isStopped)
                ? made : null;
        }
        catch (DiskException failure) when (failure.Error == DiskError.Full)
        {
            store.Disk.DeleteFolder(staging); // Others need the room until there is enough for all of it.
            throw;
        }
    }

    private string Rename(PartialFile file)
    {
        for (var tries = 1; ; tries++)
        {
            if (store.Disk.FileExists(file.FinalPath) || store.Disk.FolderExists(file.FinalPath))
                file.FinalPath = store.Place.ChooseAnother(file.FinalPath);
            store.Log.Commit(new JournalRecord.DownloadFinishing(file.Content, file.FinalPath));
            file.IsMade = true;
            try
            {
                store.Disk.Rename(file.Staging!, file.FinalPath);
                store.Disk.FlushDirectory(DownloadPlace.FolderOf(file.FinalPath));
                return file.FinalPath;
            }
            catch (DiskException failure) when (failure.Error == DiskError.Exists && tries < RenamesMax)
            {
                // Another program made something of that name after the check: try the next name.
            }
        }
    }
}
