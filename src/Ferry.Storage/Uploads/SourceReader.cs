using Ferry.Protocol.Content;
using Ferry.Protocol.Wire;
using Ferry.Storage.Disk;
using Ferry.Storage.Shares;

namespace Ferry.Storage.Uploads;

/// <summary>
/// Reads what is shared. A file is what was hashed as long as its stamp is: checked when it is opened and after each
/// read, so that bytes of a file that was changed meanwhile do not leave (and if one changed without its stamp, the
/// requester's hash finds it). Files stay open between reads, the latest used ones.
/// </summary>
internal sealed class SourceReader(IDisk disk, IShareCatalog shares, TimeProvider time) : IDisposable
{
    public const int OpenFilesMax = 64;

    /// <summary>How long the catalog's word holds: what is not shared any more is not served for longer.</summary>
    private static readonly TimeSpan CatalogHolds = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<ContentId, LinkedListNode<OpenSource>> _open = [];
    private readonly LinkedList<OpenSource> _latestFirst = [];

    /// <summary>Null when it can be read now, and <paramref name="source"/> tells what it is.</summary>
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
            // The engine checks what peers ask for; a piece outside the content is not here in any case.
            if (!layout.Contains(chunk, offset, destination.Length)) return RefusalReason.NotShared;
            var read = open.File.Read(destination, layout.OffsetOf(chunk) + offset);
            if (open.File.Stamp() != open.Source.Stamp) return Changed(content, RefusalReason.SourceChanged);
            return read == destination.Length ? null : Changed(content, RefusalReason.SourceChanged);
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
            // By path first: to open a pipe or a device that took the file's place could wait for ever.
            if (disk.Stamp(source.Path) is not { } stamp) return Changed(content, RefusalReason.SourceUnreadable);
            if (stamp != source.Stamp) return Changed(content, RefusalReason.SourceChanged);
            var file = disk.Open(source.Path, DiskOpen.Read);
            open = new OpenSource(source, file) { FoundAt = time.GetTimestamp(), Users = 1 };
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

    /// <summary>
    /// The catalog lists it no more. Either its user stopped sharing it, or the catalog has noticed before we did that
    /// a file which is being sent was changed or removed: the requester must know which.
    /// </summary>
    private RefusalReason Withdrawn(ContentId content)
    {
        SharedSource? before;
        lock (_gate) before = _open.TryGetValue(content, out var node) ? node.Value.Source : null;
        Close(content);
        if (before is null) return RefusalReason.NotShared;
        try
        {
            return disk.Stamp(before.Path) == before.Stamp ? RefusalReason.NotShared : RefusalReason.SourceChanged;
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
        return reason;
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
            if (--open.Users == 0 && open.IsClosed) open.File.Dispose();
        }
    }

    private void Close(ContentId content)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(content, out var node)) CloseUnderGate(node);
        }
    }

    private void CloseUnderGate(LinkedListNode<OpenSource> node)
    {
        _latestFirst.Remove(node);
        _open.Remove(node.Value.Source.Manifest.Id);
        node.Value.IsClosed = true;
        // Whoever is reading closes it afterwards.
        if (node.Value.Users == 0) node.Value.File.Dispose();
    }

    private sealed class OpenSource(SharedSource source, IDiskFile file)
    {
        public SharedSource Source { get; } = source;
        public IDiskFile File { get; } = file;
        public long FoundAt { get; set; }
        public int Users { get; set; }
        public bool IsClosed { get; set; }
    }
}
