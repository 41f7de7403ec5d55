using Ferry.Protocol.Content;
using Ferry.Storage.Disk;

namespace Ferry.Storage.Shares;

/// <summary>
/// All entries in memory, by root and path, and by content. Safe for several threads; every call is short.
/// </summary>
internal sealed class FileTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ShareRoot, Dictionary<string, FileEntry>> _roots = [];
    private readonly ReadyFiles _ready = new();
    private readonly HashSet<FileEntry> _unhashed = new(ReferenceEqualityComparer.Instance);

    /// <summary>How many changed files had a content.</summary>
    private readonly Dictionary<ContentId, int> _changed = [];
    private FileEntry[]? _snapshot;

    internal int Count { get; private set; }

    internal void AddRoot(ShareRoot root)
    {
        lock (_gate) _roots.TryAdd(root, []);
    }

    internal void RemoveRoot(ShareRoot root)
    {
        lock (_gate)
        {
            if (!_roots.Remove(root, out var entries)) return;
            foreach (var entry in entries.Values) Forget(entry);
        }
    }

    /// <summary>In the order of their paths.</summary>
    internal IReadOnlyList<ShareRoot> Roots()
    {
        lock (_gate) return [.. _roots.Keys.OrderBy(root => root.Path, StringComparer.Ordinal)];
    }

    internal ShareRoot? FindRoot(string path)
    {
        lock (_gate) return _roots.Keys.FirstOrDefault(root => root.Path == path);
    }

    /// <summary>A root that stands for the target, whatever its own path is.</summary>
    internal ShareRoot? FindRootOf(string target)
    {
        lock (_gate) return _roots.Keys.FirstOrDefault(root => root.Target == target);
    }

    internal bool Has(ShareRoot root)
    {
        lock (_gate) return _roots.ContainsKey(root);
    }

    internal FileEntry? Find(ShareRoot root, string path)
    {
        lock (_gate) return _roots.TryGetValue(root, out var entries) ? entries.GetValueOrDefault(path) : null;
    }

    /// <summary>
    /// The entries of the folder and all below it; of the whole root when <paramref name="folder"/> is null.
    /// </summary>
    internal List<FileEntry> Within(ShareRoot root, string? folder)
    {
        lock (_gate)
        {
            if (!_roots.TryGetValue(root, out var entries)) return [];
            if (folder is null) return [.. entries.Values];
            return [.. entries.Values.Where(entry => Folders.IsWithin(entry.Path, folder))];
        }
    }

    /// <summary>The same file, hashed already as part of another root.</summary>
    internal FileEntry? Duplicate(FileEntry entry)
    {
        lock (_gate)
        {
            foreach (var (root, entries) in _roots)
            {
                if (root == entry.Root || !entries.TryGetValue(entry.Path, out var duplicate)) continue;
                if (duplicate.State == ShareState.Ready && duplicate.Stamp == entry.Stamp) return duplicate;
            }
            return null;
        }
    }

    /// <summary>In the order of their paths, independent of the order in which they were hashed.</summary>
    internal FileEntry[] Ready(ContentId content)
    {
        lock (_gate)
        {
            return [.. _ready.Of(content).OrderBy(entry => entry.Path, StringComparer.Ordinal)];
        }
    }

    /// <summary>
    /// A file had the content when it was last hashed: it was found changed, or is about to be, since who asks has seen
    /// that nothing ready is left as it was.
    /// </summary>
    internal bool IsInDoubt(ContentId content)
    {
        lock (_gate) return _changed.ContainsKey(content) || _ready.Of(content).Count > 0;
    }

    /// <summary>All files on offer, for matching outside the lock. Rebuilt at the first call after a change.</summary>
    internal FileEntry[] Snapshot()
    {
        lock (_gate) return _snapshot ??= [.. _ready.All()];
    }

    /// <summary>What would be on offer if it were hashed, in no order.</summary>
    internal FileEntry[] Unhashed()
    {
        lock (_gate) return [.. _unhashed];
    }

    internal bool IsCurrent(EntryChange change)
    {
        var entry = change.Either;
        lock (_gate)
        {
            if (!_roots.TryGetValue(entry.Root, out var entries)) return false;
            return ReferenceEquals(entries.GetValueOrDefault(entry.Path), change.Old);
        }
    }

    internal void Make(EntryChange change)
    {
        lock (_gate)
        {
            if (!_roots.TryGetValue(change.Either.Root, out var entries)) return;
            if (entries.Remove(change.Either.Path, out var old)) Forget(old);
            if (change.New is not { } entry) return;
            entries.Add(entry.Path, entry);
            Count++;
            if (entry.State is ShareState.Hashing or ShareState.Changed) _unhashed.Add(entry);
            if (entry is { State: ShareState.Changed, Content: { } before })
                _changed[before] = _changed.GetValueOrDefault(before) + 1;
            if (entry is not { State: ShareState.Ready, Content: { } content }) return;
            _ready.Add(content, entry);
            _snapshot = null;
        }
    }

    private void Forget(FileEntry entry)
    {
        Count--;
        _unhashed.Remove(entry);
        if (entry is { State: ShareState.Changed, Content: { } before } && --_changed[before] == 0)
            _changed.Remove(before);
        if (entry is not { State: ShareState.Ready, Content: { } content }) return;
        _ready.Remove(content, entry);
        _snapshot = null;
    }
}
