using Ferry.Protocol.Content;
using Ferry.Protocol.Wire;
using Ferry.Storage.Disk;
using Ferry.Storage.Shares;
using Ferry.Storage.Trees;

namespace Ferry.Storage.Uploads;

/// <summary>
/// Reads shared files. A file counts as the one that was hashed while its stamp is the same: compared at opening and
/// after each read, so that bytes of a changed file are not sent (a change that kept what the stamp is made of fails
/// the requester's hash; the catalog looks into one that only the system's own time of change shows). The most recently
/// used files stay open between reads.
/// </summary>
internal sealed class SourceReader(IDisk disk, IShareCatalog shares, TimeProvider time) : IDisposable
{
    public const int OpenFilesMax = 64;

    /// <summary>Beyond this many the oldest is forgotten, and its end is called that of its share.</summary>
    private const int DoubtedMax = 1024;

    /// <summary>
    /// How long a look-up in the catalog is cached: a content that is no longer shared is served for at most this long.
    /// </summary>
    private static readonly TimeSpan CatalogHolds = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<ContentId, LinkedListNode<OpenSource>> _open = [];
    private readonly LinkedList<OpenSource> _latestFirst = [];

    /// <summary>What was served until its file was touched: what becomes of it is known when it has been hashed.
    /// </summary>
    private readonly Dictionary<ContentId, SharedSource> _doubted = [];
    private readonly Queue<ContentId> _doubtedByAge = [];

    /// <summary>Null when the content can be read now; <paramref name="source"/> is then its file.</summary>
    public RefusalReason? Check(ContentId content, out SharedSource? source)
    {
        source = shares.Find(content);
        if (source is null) return Withdrawn(content);
        var refusal = TryAcquire(content, out var open);
        if (open is not null) Release(open);
        return refusal;
    }

    /// <summary>
    /// Null when <paramref name="destination"/> was filled with bytes of the content that was shared.
    /// </summary>
    public RefusalReason? Read(ContentId content, int chunk, int offset, Span<byte> destination)
    {
        if (TryAcquire(content, out var open) is { } refusal) return refusal;
        try
        {
            var layout = open!.Source.Manifest.Layout;
            // Defence in depth: the engine has bounded the request already.
            if (!layout.Contains(chunk, offset, destination.Length)) return RefusalReason.NotShared;
            var refused = open.Bytes.Read(destination, layout.OffsetOf(chunk) + offset);
            return refused is { } reason ? Changed(content, reason) : null;
        }
        catch (DiskException)
        {
            return Changed(content, RefusalReason.SourceUnreadable);
        }
        finally
        {
            Release(open!);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            while (_latestFirst.First is { } first) CloseUnderGate(first);
        }
    }

    private RefusalReason? TryAcquire(ContentId content, out OpenSource? open)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(content, out var known) && time.GetElapsedTime(known.Value.FoundAt) < CatalogHolds)
            {
                open = Take(known);
                return null;
            }
        }
        open = null;
        // Outside the lock: the catalog is a database. Two threads may open the same file; the later one is kept.
        if (shares.Find(content) is not { } source) return Withdrawn(content);
        lock (_gate)
        {
            if (_open.TryGetValue(content, out var known) && known.Value.Source.Path == source.Path
                && known.Value.Source.Stamp == source.Stamp)
            {
                known.Value.FoundAt = time.GetTimestamp();
                open = Take(known);
                return null;
            }
        }
        return TryOpen(content, source, out open);
    }

    private RefusalReason? TryOpen(ContentId content, SharedSource source, out OpenSource? open)
    {
        open = null;
        try
        {
            if (TryOpen(source, out var bytes) is { } refusal) return Changed(content, refusal);
            open = new OpenSource(source, bytes!) { FoundAt = time.GetTimestamp(), Users = 1 };
        }
        catch (DiskException)
        {
            return Changed(content, RefusalReason.SourceUnreadable);
        }
        lock (_gate)
        {
            if (_open.TryGetValue(content, out var before)) CloseUnderGate(before);
            while (_open.Count >= OpenFilesMax) CloseUnderGate(_latestFirst.Last!);
            _open[content] = _latestFirst.AddFirst(open);
        }
        return null;
    }

    /// <exception cref="DiskException">It cannot be opened.</exception>
    private RefusalReason? TryOpen(SharedSource source, out ISourceBytes? bytes)
    {
        bytes = null;
        if (source.Folder is { } folder)
        {
            bytes = new FolderSource(new FolderBytes(disk, source.Path, folder));
            return null;
        }
        // Stamp by path before opening: open(2) on a pipe or device in the file's place could block for ever.
        if (disk.Stamp(source.Path) is not { } stamp) return RefusalReason.SourceUnreadable;
        if (!stamp.HasBytesOf(source.Stamp)) return RefusalReason.SourceChanged;
        bytes = new FileSource(disk.Open(source.Path, DiskOpen.Read), source.Stamp);
        return null;
    }

    /// <summary>
    /// The catalog does not list the content (any more). Its file may be being hashed again; else either the user
    /// stopped sharing it, or a file that was being sent has changed or gone: the refusal must say which.
    /// </summary>
    private RefusalReason Withdrawn(ContentId content)
    {
        Close(content);
        if (shares.IsInDoubt(content)) return RefusalReason.Busy;
        SharedSource? before;
        lock (_gate) _doubted.TryGetValue(content, out before);
        if (before is null) return RefusalReason.NotShared;
        try
        {
            var isAsItWas = before.Folder is { } folder ? new FolderBytes(disk, before.Path, folder).IsAsItWas()
                : disk.Stamp(before.Path) is { } stamp && stamp.HasBytesOf(before.Stamp);
            return isAsItWas ? RefusalReason.NotShared : RefusalReason.SourceChanged;
        }
        catch (DiskException)
        {
            return RefusalReason.SourceUnreadable;
        }
    }

    private RefusalReason Changed(ContentId content, RefusalReason reason)
    {
        Close(content);
        shares.MarkChanged(content);
        // A touched file has the content still, more often than not: the requester waits rather than giving it up.
        var mayBeSame = reason == RefusalReason.SourceChanged && shares.IsInDoubt(content);
        return mayBeSame ? RefusalReason.Busy : reason;
    }

    private OpenSource Take(LinkedListNode<OpenSource> node)
    {
        _latestFirst.Remove(node);
        _latestFirst.AddFirst(node);
        node.Value.Users++;
        return node.Value;
    }

    private void Release(OpenSource open)
    {
        lock (_gate)
        {
            if (--open.Users == 0 && open.IsClosed) open.Bytes.Dispose();
        }
    }

    private void Close(ContentId content)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(content, out var node)) return;
            CloseUnderGate(node);
            if (_doubted.TryAdd(content, node.Value.Source)) _doubtedByAge.Enqueue(content);
            else _doubted[content] = node.Value.Source;
            if (_doubtedByAge.Count > DoubtedMax) _doubted.Remove(_doubtedByAge.Dequeue());
        }
    }

    private void CloseUnderGate(LinkedListNode<OpenSource> node)
    {
        _latestFirst.Remove(node);
        _open.Remove(node.Value.Source.Manifest.Id);
        node.Value.IsClosed = true;
        // The last reader closes it.
        if (node.Value.Users == 0) node.Value.Bytes.Dispose();
    }

    private sealed class OpenSource(SharedSource source, ISourceBytes bytes)
    {
        public SharedSource Source { get; } = source;
        public ISourceBytes Bytes { get; } = bytes;
        public long FoundAt { get; set; }
        public int Users { get; set; }
        public bool IsClosed { get; set; }
    }
}
