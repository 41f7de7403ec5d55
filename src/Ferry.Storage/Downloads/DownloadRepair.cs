using System.Buffers;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;
using Ferry.Storage.Store;

namespace Ferry.Storage.Downloads;

/// <summary>
/// Makes a partial file usable (again): at its opening, after a restart, after trouble. What was durable is kept, but
/// after a failed flush, or when the file is not as it was left, only what its hash confirms.
/// </summary>
internal sealed class DownloadRepair(IDisk disk, TransferLog log)
{
    /// <summary>Chunks that are written for a trial before a stalled download goes on.</summary>
    private const int TrialChunks = 4;

    /// <summary>How it is with the file now: opened, or stalled.</summary>
    /// <param name="flushesName">False when the caller sees to it that the file's name survives a power cut.</param>
    public StorageResult ProbeWrites(PartialFile file, bool flushesName = true)
    {
        lock (file.Flushing)
        {
            try
            {
                // With its final name it needs nothing more of the disk than what finishing does.
                if (file.IsRenamed) file.Resume([]);
                else if (file.Trouble is not null || !file.IsOpen) Repair(file, flushesName);
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
            // What was written meanwhile first: only what is clean can be dropped. Linux's cache goes on to show pages
            // whose writing failed; written anew from there, some were zeros on an ext4 that was mounted again.
            disked.Flush();
            disked.ForgetCache();
        }
        var isAsLeft = disked.Length == layout.ContentBytes;
        if (!isAsLeft)
        {
            disked.SetLength(layout.ContentBytes);
            disked.Flush();
        }
        // Its name may not be durable: nothing has been yet, or the trouble was just that.
        if (flushesName && (!isAsLeft || durable.IsEmpty || file.Trouble is not null))
            disk.FlushDirectory(Path.GetDirectoryName(file.PartPath)!);
        // First what fails soon, as it may be tried every few seconds; hashing takes long.
        disked.Reserve(layout.ContentBytes);
        if (file.Trouble is not null) Try(disked, layout, durable);
        List<int> lost = file.IsInDoubt || !isAsLeft ? ContentCheck.Lost(disked, file.Manifest, durable) : [];
        // Before anything is written over them, lest a restart believe that they are there.
        if (lost.Count > 0) log.Commit([.. JournalRecord.ChunksLost.Of(file.Content, lost)]);
        file.Resume(lost);
    }

    private IDiskFile Open(PartialFile file)
    {
        try
        {
            return file.Reopen(DiskOpen.ReadWrite);
        }
        catch (DiskException failure) when (failure.Error == DiskError.NotFound)
        {
            // Somebody deleted it. As it is empty now, all that it held is found to be lost.
            Folders.Ensure(disk, Path.GetDirectoryName(file.PartPath)!);
            return file.Reopen(DiskOpen.CreateNew);
        }
    }

    /// <summary>
    /// Not every file system keeps the promise of a reservation, so some missing chunks are written and flushed.
    /// </summary>
    private void Try(IDiskFile disked, ChunkLayout layout, ChunkMap durable)
    {
        log.Commit();
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
