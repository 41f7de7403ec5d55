using Ferry.Protocol;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;
using Ferry.Storage.Store;

namespace Ferry.Storage.Downloads;

/// <summary>
/// Makes the chunks written since the last commit durable: each partial file is flushed, then the log is committed,
/// then the core is told. Never in another order: the core ACKs what it is told, and a holder drops what is ACKed.
/// </summary>
internal sealed class ChunkCommit(StoreContext store, OpenDownloads downloads)
{
    public void Run(ICollection<StorageResult> results)
    {
        if (store.Uncommitted.Bytes == 0) return;
        store.Uncommitted.Start();
        var groups = new List<Group>();
        try
        {
            // The locks are held until the log has the outcome, so that no repair overwrites a chunk whose record is
            // being committed.
            foreach (var file in downloads.Files().Where(file => file.HasUnflushed))
            {
                file.Flushing.Enter();
                var group = new Group(file);
                groups.Add(group);
                Flush(group, results);
            }
            Log(groups, results);
            foreach (var group in groups.Where(group => !group.File.IsReserved)) KeepRoom(group.File, results);
        }
        finally
        {
            foreach (var group in groups) group.File.Flushing.Exit();
        }
    }

    private static void Flush(Group group, ICollection<StorageResult> results)
    {
        try
        {
            group.Chunks = group.File.Flush();
            group.Chunks.Sort();
        }
        catch (DiskException failure)
        {
            if (group.File.Stall(failure, doubt: true)) results.Add(Stalled(group.File, failure));
        }
    }

    private void Log(List<Group> groups, ICollection<StorageResult> results)
    {
        var at = store.Wall.GetUtcNow();
        var flushed = groups.FindAll(group => group.Chunks.Count > 0);
        if (flushed.Count == 0) return;
        try
        {
            store.Log.Commit(
                [.. flushed.SelectMany(group => JournalRecord.ChunksStored.Of(group.File.Content, group.Chunks, at))]);
        }
        catch (DiskException failure)
        {
            foreach (var group in flushed)
            {
                group.File.ForgetFlushed(group.Chunks);
                if (group.File.Stall(failure, doubt: false)) results.Add(Stalled(group.File, failure));
            }
            return;
        }
        foreach (var group in flushed)
        {
            group.File.MarkDurable(group.Chunks);
            results.Add(new StorageResult.ChunksDurable(group.File.Content, group.Chunks));
        }
    }

    /// <summary>Other downloads and other programs take of the same room.</summary>
    private void KeepRoom(PartialFile file, ICollection<StorageResult> results)
    {
        try
        {
            using var use = file.Use();
            store.Room.Check(file, use.File);
        }
        catch (DiskException failure)
        {
            if (file.Stall(failure, doubt: false)) results.Add(Stalled(file, failure));
        }
    }

    private static StorageResult.DownloadStalled Stalled(PartialFile file, DiskException failure) =>
        DiskTroubles.Stalled(file.Content, file.Name, failure);

    private sealed class Group(PartialFile file)
    {
        public PartialFile File { get; } = file;
        public List<int> Chunks { get; set; } = [];
    }
}
