using System.Collections.Concurrent;
using System.Text;
using Ferry.Protocol.Content;
using Ferry.Protocol.Wire;
using Ferry.Storage.Disk;

namespace Ferry.Storage.Shares;

/// <summary>
/// Compares the table with the disk, both in the order of their paths. A file with the stamp it had when it was hashed
/// counts as unchanged, so that a start over 50,000 files costs 50,000 system calls and reads none of them; peers check
/// every byte anyway.
/// </summary>
internal sealed class Scanner(
    ShareIndexOptions options, ShareStore store, ScanQueue queue, RootWatchers watchers, RootWalks walks,
    HashWorkers hashers, HashPace pace, FolderOffers folders, Action<string> warn)
{
    private const int BatchMax = 1000;

    private readonly TreeWalk _walk = new(options);
    private readonly ConcurrentDictionary<ShareRoot, bool> _away = [];
    private volatile bool _hasWarnedOfMany;

    /// <summary>Runs until cancelled; several may at once.</summary>
    internal void Work(CancellationToken cancel)
    {
        while (true)
        {
            var (root, paths) = queue.Take(cancel);
            if (store.Table.Has(root)) Scan(root, paths, cancel);
            if (store.Table.Has(root)) folders.Touch(root);
            if (!store.Table.Has(root)) Forget(root, cancel);
            queue.Done(root);
        }
    }

    private void Scan(ShareRoot root, IReadOnlyCollection<string>? paths, CancellationToken cancel)
    {
        if (paths is null) Follow(root);
        watchers.Start(root); // Watch before the walk, so that changes during the walk are reported.
        if (paths is null) walks.Run(root, leftOut => ScanAll(root, leftOut, cancel));
        foreach (var path in paths ?? []) Scan(root, path, cancel);
    }

    /// <summary>It was unshared, perhaps while it was scanned.</summary>
    private void Forget(ShareRoot root, CancellationToken cancel)
    {
        watchers.Stop(root);
        walks.Forget(root);
        _away.TryRemove(root, out _);
        while (store.Table.TrySweep(root)) cancel.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// A link may point elsewhere than at the last scan, and a watch does not outlive its disk's being away.
    /// </summary>
    private void Follow(ShareRoot root)
    {
        if (root.IsDownloads) return;
        var target = RealPath.Of(root.Path);
        var isElsewhere = target != root.Target;
        if (isElsewhere)
        {
            if (store.Table.Find(root, root.Target + Path.DirectorySeparatorChar) is { } folder)
                store.Make([new EntryChange(folder, null)], []);
            store.SetTarget(root, target);
        }
        var isAway = WhyAway(root) is not null;
        if (isAway ? _away.TryAdd(root, true) : _away.TryRemove(root, out _) || isElsewhere) watchers.Stop(root);
        if (!isAway) options.Mounts.Remember(target);
    }

    private void ScanAll(ShareRoot root, LeftOut leftOut, CancellationToken cancel)
    {
        var batch = new List<EntryChange>();
        if (root.IsDownloads) LookAtDownloads(root, null, batch);
        else if (WhyAway(root) is { } reason) SetAway(root, reason, batch);
        else Walk(root, null, leftOut, batch, cancel);
        Write(batch);
    }

    private void Scan(ShareRoot root, string path, CancellationToken cancel)
    {
        var batch = new List<EntryChange>();
        if (root.IsDownloads) LookAtDownloads(root, path, batch);
        else if (WhyAway(root) is not null) queue.Add(root, null);
        else if (_walk.FirstLeftOut(root, path) is { } hidden) Drop(root, hidden, batch);
        else Walk(root, path, new LeftOut(), batch, cancel);
        Write(batch);
    }

    /// <summary>What is left out now may have been offered before.</summary>
    private void Drop(ShareRoot root, string path, List<EntryChange> batch)
    {
        foreach (var entry in store.Table.Within(root, path)) Compare(entry, null, batch);
    }

    /// <param name="path">Null for the whole root.</param>
    private void Walk(
        ShareRoot root, string? path, LeftOut leftOut, List<EntryChange> batch, CancellationToken cancel)
    {
        using var known = new KnownEntries(store.Table.Within(root, path).Where(entry => !entry.IsFolder));
        var away = new Dictionary<string, string>(StringComparer.Ordinal);
        var gone = new List<FileEntry>();
        foreach (var found in _walk.From(root, path ?? root.Target, leftOut, cancel))
        {
            if (!store.Table.Has(root)) return; // Unshared meanwhile.
            queue.Answered(root);
            var old = known.Take(found.Path, gone);
            foreach (var entry in gone) Lose(entry, away, batch);
            gone.Clear();
            if (found.IsAway) away[found.Path] = found.Trouble!;
            if (found.IsAway && old is { Content: not null })
            {
                Compare(old, Away(old, found.Trouble!), batch);
                continue;
            }
            if (old is null && store.Table.Files + batch.Count >= options.FilesMax)
            {
                leftOut.Add(LeftOutKind.Excess);
                WarnOfMany(found.Path);
                continue;
            }
            Compare(old, Judge(root, old, found), batch);
        }
        foreach (var entry in known.Rest()) Lose(entry, away, batch);
    }

    /// <summary>The walk has not found it.</summary>
    private void Lose(FileEntry entry, Dictionary<string, string> away, List<EntryChange> batch) =>
        Compare(entry, ReasonAbove(entry.Path, away) is { } reason ? Away(entry, reason) : null, batch);

    /// <summary>Of the nearest folder above the path that is away.</summary>
    private static string? ReasonAbove(string path, Dictionary<string, string> away)
    {
        for (var at = path; away.Count > 0 && at is not null; at = Path.GetDirectoryName(at))
        {
            if (away.TryGetValue(at, out var reason)) return reason;
        }
        return null;
    }

    private void WarnOfMany(string path)
    {
        if (_hasWarnedOfMany) return;
        warn($"more than {options.FilesMax} files are shared, {path} and others are left out: share less");
        _hasWarnedOfMany = true;
    }

    /// <summary>Why nothing of the root can be seen, a sentence; null when it is there.</summary>
    private string? WhyAway(ShareRoot root)
    {
        if (options.Mounts.AwayAbove(root.Target) is { } mount) return TreeWalk.NotMounted(root.Path, mount);
        return FileStamps.Read(root.Target).Kind switch
        {
            FileKind.Missing => $"{root.Path} is not there (any more): bring it back, or unshare it",
            FileKind.Trouble => TreeWalk.NotSeen(root.Target),
            _ => null,
        };
    }

    private void SetAway(ShareRoot root, string reason, List<EntryChange> batch)
    {
        if (store.Table.TotalsOf(root).Files == 0)
        {
            var away = EntryFor(root, root.Target, default) with { State = ShareState.Unreadable, Reason = reason };
            Compare(null, away, batch);
        }
        foreach (var entry in store.Table.Within(root, null)) Compare(entry, Away(entry, reason), batch);
    }

    /// <summary>
    /// A disk may come back: its entries are kept with their contents, and not offered. A content that was in doubt is
    /// not kept.
    /// </summary>
    private static FileEntry Away(FileEntry entry, string reason)
    {
        if (entry.State == ShareState.Unreadable && entry.Reason == reason) return entry;
        var content = entry.State is ShareState.Ready or ShareState.Unreadable ? entry.Content : null;
        return entry with { State = ShareState.Unreadable, Content = content, Reason = reason };
    }

    private void LookAtDownloads(ShareRoot root, string? path, List<EntryChange> batch)
    {
        var entries = store.Table.Within(root, path);
        foreach (var entry in entries)
        {
            if (options.Mounts.AwayAbove(entry.Path) is { } mount)
            {
                Compare(entry, Away(entry, TreeWalk.NotMounted(entry.Path, mount)), batch);
                continue;
            }
            if (entry.IsFolder)
            {
                // What is in it is looked at when somebody asks for it.
                if (FileStamps.Read(FolderOffers.PathOf(entry)).Kind != FileKind.Folder) Compare(entry, null, batch);
                continue;
            }
            var stamp = FileStamps.OfFile(entry.Path);
            var now = stamp is null ? null : Judge(root, entry, new FoundFile(entry.Path, stamp.Value, null));
            Compare(entry, now, batch);
        }
    }

    private FileEntry Judge(ShareRoot root, FileEntry? old, FoundFile found)
    {
        var entry = old ?? EntryFor(root, found.Path, found.Stamp);
        if ((found.Trouble ?? Objection(entry.Name, found)) is { } reason)
        {
            var isKnown = entry.State == ShareState.Unreadable && entry.Reason == reason && entry.Stamp == found.Stamp;
            if (isKnown) return entry;
            return entry with { Stamp = found.Stamp, State = ShareState.Unreadable, Content = null, Reason = reason };
        }
        if (entry is { State: ShareState.Unreadable, Content: not null } && IsBack(entry.Stamp, found.Stamp))
        {
            // Another time of change is kept in mind: the next scan looks at the bytes.
            var stamp = entry.Stamp.HasBytesOf(found.Stamp) ? entry.Stamp : found.Stamp;
            return entry with { Stamp = stamp, State = ShareState.Ready, Reason = null };
        }
        // Its bytes may have changed, or only its mode or its links: it is offered until that is known.
        if (entry.State == ShareState.Ready && entry.Stamp != found.Stamp && entry.Stamp.HasBytesOf(found.Stamp))
        {
            hashers.Add(entry, found.Stamp);
            return entry;
        }
        if (entry.Stamp != found.Stamp)
        {
            var state = entry.Content is null ? ShareState.Hashing : ShareState.Changed;
            return entry with { Stamp = found.Stamp, State = state, Reason = null };
        }
        return entry;
    }

    /// <summary>FAT and some network disks give a file another inode each time they are mounted.</summary>
    private static bool IsBack(FileStamp left, FileStamp found) =>
        left.Length == found.Length && left.ModifiedTicks == found.ModifiedTicks;

    private static string? Objection(string name, FoundFile found)
    {
        if (!ChunkLayout.IsValidSize(found.Stamp.Length))
            return $"{found.Path} is larger than {ChunkLayout.ContentBytesMax >> 40} TiB and cannot be sent: split it";
        if (Encoding.UTF8.GetByteCount(name) <= WireLimits.NameBytesMax) return null;
        return $"{found.Path} lies so deep that its name cannot be sent ({WireLimits.NameBytesMax} bytes at most): "
            + "share a folder nearer to it";
    }

    private static FileEntry EntryFor(ShareRoot root, string path, FileStamp stamp) =>
        new(root, path, stamp, ShareState.Hashing, null, null);

    private void Compare(FileEntry? old, FileEntry? now, List<EntryChange> batch)
    {
        if (old != now) batch.Add(new EntryChange(old, now));
        else if (now is not null) HashIfDue(now, hasChanged: false);
        if (batch.Count >= BatchMax) Write(batch);
    }

    private void Write(List<EntryChange> batch)
    {
        var made = store.Make(batch, []);
        foreach (var change in made)
        {
            if (change.New is { } entry)
                HashIfDue(entry, hasChanged: change.Old is { } old && old.Stamp != entry.Stamp);
        }
        // The entry was changed while the disk was being read: scan again.
        if (made.Count < batch.Count)
        {
            foreach (var change in batch.Except(made).Where(change => store.Table.Has(change.Either.Root)))
                queue.Add(change.Either.Root, change.Either.Path);
        }
        batch.Clear();
    }

    /// <summary>An unreadable file is tried again at each scan: permissions may have changed.</summary>
    private void HashIfDue(FileEntry entry, bool hasChanged)
    {
        if (entry.State == ShareState.Ready || entry.IsFolder) return;
        // Gone with its root, a folder, or a file that may not be offered: reading it would not help.
        var isBeyondReading = entry.Content is not null || entry.Stamp == default
            || Objection(entry.Name, new FoundFile(entry.Path, entry.Stamp, null)) is not null;
        if (entry.State == ShareState.Unreadable && isBeyondReading) return;
        if (pace.IsDue(entry, hasChanged)) hashers.Add(entry, entry.Stamp);
    }
}
