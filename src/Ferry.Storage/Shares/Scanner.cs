using System.Text;
using Ferry.Names;
using Ferry.Protocol.Content;
using Ferry.Protocol.Wire;
using Ferry.Storage.Disk;

namespace Ferry.Storage.Shares;

/// <summary>
/// Compares the table with the disk. A file with the stamp it had when it was hashed counts as unchanged, so that a
/// start over 50,000 files costs 50,000 system calls and no reading; peers check every byte anyway.
/// </summary>
internal sealed class Scanner(
    ShareIndexOptions options, ShareStore store, ScanQueue queue, RootWatchers watchers, RootWalks walks,
    HashWorkers hashers, HashPace pace, PendingWork pending, Action<string> warn)
{
    private const int BatchMax = 1000;

    private readonly TreeWalk _walk = new(options);
    private bool _hasWarnedOfMany;

    /// <summary>Runs until cancelled.</summary>
    internal void Work(CancellationToken cancel)
    {
        while (true)
        {
            var requests = queue.TakeAll(cancel);
            foreach (var (root, paths) in requests)
            {
                if (paths is null) Follow(root);
                watchers.Start(root); // Watch before the walk, so that changes during the walk are reported.
                if (paths is null) walks.Run(root, leftOut => ScanAll(root, leftOut, cancel));
                foreach (var path in paths ?? []) Scan(root, path, cancel);
                if (store.Table.Has(root)) continue;
                watchers.Stop(root); // Unshared meanwhile.
                walks.Forget(root);
            }
            pending.End(requests.Count);
        }
    }

    /// <summary>A link may point elsewhere than at the last scan.</summary>
    private void Follow(ShareRoot root)
    {
        if (root.IsDownloads || RealPath.Of(root.Path) is var target && target == root.Target) return;
        watchers.Stop(root);
        store.SetTarget(root, target);
    }

    private void ScanAll(ShareRoot root, LeftOut leftOut, CancellationToken cancel)
    {
        var batch = new List<EntryChange>();
        if (root.IsDownloads) LookAtDownloads(root, null, batch);
        else if (FileStamps.Read(root.Target).Kind == FileKind.Missing) SetAway(root, batch);
        else Walk(root, null, leftOut, batch, cancel);
        Write(batch);
    }

    private void Scan(ShareRoot root, string path, CancellationToken cancel)
    {
        var batch = new List<EntryChange>();
        if (root.IsDownloads) LookAtDownloads(root, path, batch);
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
        var known = store.Table.Within(root, path).ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        foreach (var found in _walk.From(root, path ?? root.Target, leftOut, cancel))
        {
            known.Remove(found.Path, out var old);
            if (old is null && store.Table.Count + batch.Count >= options.FilesMax)
            {
                leftOut.Add(LeftOutKind.Excess);
                WarnOfMany(found.Path);
                continue;
            }
            Compare(old, Judge(root, old, found), batch);
        }
        foreach (var gone in known.Values) Compare(gone, null, batch);
    }

    private void WarnOfMany(string path)
    {
        if (_hasWarnedOfMany) return;
        warn($"More than {options.FilesMax} files are shared; {path} and others are left out. Share less.");
        _hasWarnedOfMany = true;
    }

    /// <summary>A removed disk may come back: its entries are kept, and not offered.</summary>
    private void SetAway(ShareRoot root, List<EntryChange> batch)
    {
        var reason = $"{root.Path} is not there (any more); bring it back, or unshare it.";
        var known = store.Table.Within(root, null);
        if (known.Count == 0)
        {
            var away = EntryFor(root, root.Target, default) with { State = ShareState.Unreadable, Reason = reason };
            Compare(null, away, batch);
        }
        foreach (var entry in known.Where(entry => entry.Reason != reason))
        {
            var content = entry.State == ShareState.Ready ? entry.Content : null;
            Compare(entry, entry with { State = ShareState.Unreadable, Content = content, Reason = reason }, batch);
        }
    }

    private void LookAtDownloads(ShareRoot root, string? path, List<EntryChange> batch)
    {
        IEnumerable<FileEntry> entries = store.Table.Within(root, null);
        if (path is not null) entries = entries.Where(entry => entry.Path == path);
        foreach (var entry in entries)
        {
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
        var isBack = entry is { State: ShareState.Unreadable, Content: not null };
        return isBack ? entry with { State = ShareState.Ready, Reason = null } : entry;
    }

    private static string? Objection(OfferedName name, FoundFile found)
    {
        if (!ChunkLayout.IsValidSize(found.Stamp.Length))
            return $"{found.Path} is larger than {ChunkLayout.ContentBytesMax >> 40} TiB and cannot be sent; split it.";
        if (Encoding.UTF8.GetByteCount(name.Path) <= WireLimits.NameBytesMax) return null;
        return $"{found.Path} lies so deep that its name cannot be sent ({WireLimits.NameBytesMax} bytes at most); "
            + "share a folder nearer to it.";
    }

    private static FileEntry EntryFor(ShareRoot root, string path, FileStamp stamp) =>
        new(root, path, new OfferedName(root.NameOf(path)), stamp, ShareState.Hashing, null, null);

    private void Compare(FileEntry? old, FileEntry? now, List<EntryChange> batch)
    {
        if (!ReferenceEquals(old, now)) batch.Add(new EntryChange(old, now));
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
        if (entry.State == ShareState.Ready) return;
        // Gone with its root, a folder, or a file that may not be offered: reading it would not help.
        var isBeyondReading = entry.Content is not null || entry.Stamp == default
            || Objection(entry.Name, new FoundFile(entry.Path, entry.Stamp, null)) is not null;
        if (entry.State == ShareState.Unreadable && isBeyondReading) return;
        if (pace.IsDue(entry, hasChanged)) hashers.Add(entry, entry.Stamp);
    }
}
