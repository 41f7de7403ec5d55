using System.Buffers;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;
using Ferry.Storage.Store;

namespace Ferry.Storage.Downloads;

/// <summary>
/// Makes a partial file usable: when it is opened, after a restart, after a disk failure. Durable chunks are kept;
/// after a failed flush, or when the file is not as it was left, only those whose hash is right.
/// </summary>
internal sealed class DownloadRepair(StoreContext store)
{
    /// <summary>Chunks written as a test before a stalled download resumes.</summary>
    private const int TrialChunks = 4;

    /// <summary>The state of the file now: opened, or stalled.</summary>
    /// <param name="flushesName">False when the caller makes the file's name durable.</param>
    public StorageResult ProbeWrites(PartialFile file, bool flushesName = true)
    {
        lock (file.Flushing)
        {
            try
            {
                // A file with its final name needs no writes but those of finishing.
                if (file.IsRenamed) file.Resume([]);
                else if (file.Trouble is not null || !file.IsOpen) Repair(file, flushesName);
                // Without a durable name the log may not claim anything of the file.
                if (!file.IsRenamed && flushesName) AddZeros(file);
                return new StorageResult.DownloadOpened(file.Content, file.Durable(), file.PartPath);
            }
            catch (DiskException failure)
            {
                file.Stall(failure, doubt: false);
                return DiskTroubles.Stalled(file.Content, file.Name, failure);
            }
        }
    }

    private void Repair(PartialFile file, bool flushesName)
    {
        var layout = file.Manifest.Layout;
        var durable = file.Durable();
        var disked = Open(file);
        if (file.IsInDoubt)
        {
            // Flush before dropping the page cache: only clean pages can be dropped. Linux keeps pages whose write-back
            // failed in its cache, marked clean, so that a verification without the drop reads the cache and not the
            // disk: on an ext4, chunks that had passed it were zeros after a remount.
            disked.Flush();
            disked.ForgetCache();
        }
        var isAsLeft = disked.Length == layout.ContentBytes;
        // The cheap test first, since this is retried every few seconds and hashing takes long.
        lock (store.Room.Reserving)
        {
            // Before it has its length, for which some file systems take room.
            store.Room.Check(file, disked);
            if (!isAsLeft)
            {
                disked.SetLength(layout.ContentBytes);
                disked.Flush();
            }
            file.IsReserved = Reserve(disked, file.Manifest, durable);
        }
        // In trouble that flush may be what failed.
        if (flushesName && (!isAsLeft || !file.IsNameDurable || file.Trouble is not null))
        {
            store.Disk.FlushDirectory(DownloadPlace.FolderOf(file.PartPath));
            file.IsNameDurable = true;
        }
        if (file.Trouble is not null) Try(disked, layout, durable);
        List<int> lost = file.IsInDoubt || !isAsLeft ? ContentCheck.Lost(disked, file.Manifest, durable) : [];
        // Logged before anything is written over these chunks, or a restart would count them as durable.
        if (lost.Count > 0) store.Log.Commit([.. JournalRecord.ChunksLost.Of(file.Content, lost)]);
        file.Resume(lost);
    }

    /// <summary>
    /// What is missing, but for what will be a hole; if there is no room for it, nothing. False where the file system
    /// cannot reserve.
    /// </summary>
    private static bool Reserve(IDiskFile disked, Manifest manifest, ChunkMap durable)
    {
        var missing = Missing(manifest, durable);
        try
        {
            return missing.TrueForAll(range => disked.Reserve(range.Start, range.Length));
        }
        catch (DiskException failure) when (failure.Error == DiskError.Full)
        {
            // Between the check and now somebody else took it, or this user has a quota.
            foreach (var (start, length) in missing) disked.Unreserve(start, length);
            throw;
        }
    }

    private static List<(long Start, long Length)> Missing(Manifest manifest, ChunkMap durable)
    {
        var ranges = new List<(long, long)>();
        var empty = Zeros.ChunksOf(manifest);
        for (var chunk = 0; chunk < durable.ChunkCount; chunk++)
            if (durable.Contains(chunk)) empty.Add(chunk);
        for (var first = empty.NextMissing(0); first < empty.ChunkCount;)
        {
            var end = empty.NextPresent(first);
            var (start, behind) = (manifest.Layout.OffsetOf(first), EndOf(manifest.Layout, end));
            ranges.Add((start, behind - start));
            first = empty.NextMissing(end);
        }
        return ranges;
    }

    /// <summary>
    /// The chunks of which the manifest says that they are zeros are durable without anybody sending them.
    /// </summary>
    private void AddZeros(PartialFile file)
    {
        var (layout, durable) = (file.Manifest.Layout, file.Durable());
        var zeros = Zeros.ChunksOf(file.Manifest);
        for (var chunk = 0; chunk < durable.ChunkCount; chunk++)
            if (durable.Contains(chunk)) zeros.Remove(chunk);
        if (zeros.IsEmpty) return;
        using (var use = file.Use())
        {
            // The file may have held something else there: it may have been another program's, or gone and come back.
            foreach (var range in zeros.ToRanges(int.MaxValue))
                use.File.WriteZeros(
                    layout.OffsetOf(range.First), EndOf(layout, range.End) - layout.OffsetOf(range.First));
            use.File.Flush();
        }
        var chunks = Enumerable.Range(0, zeros.ChunkCount).Where(zeros.Contains).ToList();
        store.Log.Commit([.. JournalRecord.ChunksStored.Of(file.Content, chunks, store.Wall.GetUtcNow())]);
        file.AddDurable(chunks);
    }

    private static long EndOf(ChunkLayout layout, int behind) =>
        behind < layout.ChunkCount ? layout.OffsetOf(behind) : layout.ContentBytes;

    private IDiskFile Open(PartialFile file)
    {
        try
        {
            return file.Reopen(DiskOpen.ReadWrite);
        }
        catch (DiskException failure) when (failure.Error == DiskError.NotFound)
        {
            // Another program deleted the file. The new one is empty, so all its chunks will be found lost.
            Folders.Ensure(store.Disk, DownloadPlace.FolderOf(file.PartPath));
            return file.Reopen(DiskOpen.CreateNew);
        }
    }

    /// <summary>
    /// Not every file system honours a reservation, so some missing chunks are written and flushed as a test.
    /// </summary>
    private void Try(IDiskFile disked, ChunkLayout layout, ChunkMap durable)
    {
        store.Log.Commit();
        var zeros = ArrayPool<byte>.Shared.Rent(layout.ChunkBytes);
        try
        {
            zeros.AsSpan(0, layout.ChunkBytes).Clear();
            var chunk = durable.NextMissing(0);
            for (var i = 0; i < TrialChunks && chunk < layout.ChunkCount; i++, chunk = durable.NextMissing(chunk + 1))
                disked.Write(zeros.AsSpan(0, layout.LengthOf(chunk)), layout.OffsetOf(chunk));
            disked.Flush();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(zeros);
        }
    }
}
