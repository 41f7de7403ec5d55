using System.Buffers;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;
using Ferry.Storage.Store;
using Ferry.Storage.Trees;

namespace Ferry.Storage.Downloads;

/// <summary>
/// Takes the chunks of a new download that older versions of the same name have, so that only what differs is fetched:
/// of a file those at the same place, of a folder that this node offers those of the same hash. Each is verified,
/// written, flushed and logged like one that came over the network.
/// </summary>
internal sealed class OlderCopy(StoreContext store)
{
    /// <summary>Written between two commits, so that a crash costs no more.</summary>
    private const long CommitBytes = 64 * 1024 * 1024;

    private volatile bool _isStopping;

    /// <summary>False when the older version does not have the chunk, or not any more.</summary>
    private delegate bool Reading(int chunk, Span<byte> bytes);

    /// <summary>The node is about to stop: what has not been taken by then is fetched.</summary>
    public void Stop() => _isStopping = true;

    /// <summary>The state of the file then: opened, or stalled.</summary>
    public StorageResult Take(PartialFile file, IEnumerable<string> versions)
    {
        lock (file.Flushing)
        {
            try
            {
                foreach (var path in versions) Take(file, path);
            }
            catch (DiskException failure)
            {
                file.Stall(failure, doubt: true);
                return DiskTroubles.Stalled(file.Content, file.Name, failure);
            }
            return new StorageResult.DownloadOpened(file.Content, file.Durable(), file.PartPath);
        }
    }

    private void Take(PartialFile file, string path)
    {
        if (file.Manifest.IsFolder) TakeFolder(file, path);
        else if (store.Disk.FileExists(path)) TakeFile(file, path);
    }

    private void TakeFile(PartialFile file, string path)
    {
        if (Quietly(() => store.Disk.Open(path, DiskOpen.Read)) is not { } old) return;
        var layout = file.Manifest.Layout;
        using (old)
            Fill(file, (chunk, bytes) => old.Read(bytes, layout.OffsetOf(chunk)) == bytes.Length);
    }

    private void TakeFolder(PartialFile file, string path)
    {
        if (store.Shares.FolderAt(path) is not { Folder: { } map } old) return;
        var (was, layout) = (old.Manifest, file.Manifest.Layout);
        if (was.Layout.ChunkBytes != layout.ChunkBytes) return;
        var known = new Dictionary<Bytes32, int>();
        for (var chunk = 0; chunk < was.Layout.ChunkCount; chunk++) known[LeafOf(was, chunk)] = chunk;
        var content = new FolderBytes(store.Disk, old.Path, map);
        Fill(file, (chunk, bytes) => known.TryGetValue(LeafOf(file.Manifest, chunk), out var at)
            && bytes.Length == was.Layout.LengthOf(at) && content.Read(bytes, was.Layout.OffsetOf(at)) is null);
    }

    private void Fill(PartialFile file, Reading reading)
    {
        var (manifest, layout, durable) = (file.Manifest, file.Manifest.Layout, file.Durable());
        var written = new List<int>();
        var buffer = ArrayPool<byte>.Shared.Rent(layout.ChunkBytes);
        try
        {
            using var use = file.Use();
            for (var chunk = durable.NextMissing(0); chunk < layout.ChunkCount && !_isStopping;
                chunk = durable.NextMissing(chunk + 1))
            {
                var bytes = buffer.AsMemory(0, layout.LengthOf(chunk));
                if (!Quietly(() => reading(chunk, bytes.Span)) || !Zeros.Verify(manifest, chunk, bytes.Span)) continue;
                Zeros.Write(use.File, bytes.Span, layout.OffsetOf(chunk));
                written.Add(chunk);
                if (written.Count * (long)layout.ChunkBytes >= CommitBytes) Commit(file, use.File, written);
            }
            Commit(file, use.File, written);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Commit(PartialFile file, IDiskFile disked, List<int> written)
    {
        if (written.Count == 0) return;
        disked.Flush();
        store.Log.Commit([.. JournalRecord.ChunksStored.Of(file.Content, written, store.Wall.GetUtcNow())]);
        file.AddDurable(written);
        written.Clear();
    }

    /// <summary>An older version that cannot be read is no trouble of the download: the network has it all.</summary>
    private static T? Quietly<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DiskException)
        {
            return default;
        }
    }

    private static Bytes32 LeafOf(Manifest manifest, int chunk) => Bytes32.From(manifest.LeafOf(chunk));
}
