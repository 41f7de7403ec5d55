using Ferry.Protocol.Content;
using Ferry.Storage.Trees;
using Microsoft.Data.Sqlite;

namespace Ferry.Storage.Shares;

/// <summary>
/// The shares and their files, changed one step after the other. When the index cannot be written (disk full,
/// read-only), sharing goes on, and files that were not saved are hashed again after the next start.
/// </summary>
internal sealed class ShareStore
{
    /// <summary>A log is for people: a share of a million files may not flood it.</summary>
    private const int UnreadableToldMax = 20;

    private readonly Lock _gate = new();
    private readonly ManifestCache _manifests = new();
    private readonly Dictionary<ShareRoot, int> _unreadableTold = [];
    private readonly IndexDatabase _database;
    private readonly Action<string> _warn;

    /// <summary>With everything that the last run knew; the root of downloads is made if there is none.</summary>
    /// <param name="filesMax">The last run may have had more memory; the next scan sees what is left out here.</param>
    internal ShareStore(IndexDatabase database, DateTimeOffset now, long filesMax, Action<string> warn)
    {
        (_database, _warn) = (database, warn);
        Table = new FileTable(database);
        _database.AddRoot("", "", offersHidden: false, now);
        Table.Load(filesMax);
        _database.RemoveUnused();
    }

    internal FileTable Table { get; }

    /// <summary>Raised after changes, on the thread that made them.</summary>
    internal event EventHandler? Updated;

    /// <exception cref="ShareException">The share could not be saved, and would be gone after a restart.</exception>
    internal ShareRoot AddRoot(string path, string target, bool? offersHidden, DateTimeOffset now)
    {
        lock (_gate)
        {
            try
            {
                if (Find(path, target) is { } known)
                {
                    if (offersHidden is not { } changed || changed == known.OffersHidden) return known;
                    _database.Update(known, known.Target, changed);
                    known.OffersHidden = changed;
                    return known;
                }
                var hidden = offersHidden ?? false;
                var root = new ShareRoot(_database.AddRoot(path, target, hidden, now), path, target, hidden);
                Table.AddRoot(root);
                return root;
            }
            catch (SqliteException exception)
            {
                throw new ShareException(
                    ShareFailure.NotSaved,
                    $"{path} was not shared, the index could not be written ({exception.Message}): "
                        + "make room on the disk of the home",
                    exception);
            }
        }
    }

    /// <summary>
    /// From here on the root's files lie elsewhere; the scan that follows replaces its entries. A target that could not
    /// be saved is found again after the next start.
    /// </summary>
    internal void SetTarget(ShareRoot root, string target)
    {
        lock (_gate)
        {
            root.Target = target;
            try
            {
                _database.Update(root, target, root.OffersHidden);
            }
            catch (SqliteException exception)
            {
                _warn($"the index of shared files could not be written ({exception.Message}): sharing goes on");
            }
        }
    }

    /// <exception cref="ShareException">The removal could not be saved, and the share would be back after a
    /// restart.</exception>
    internal void RemoveRoot(ShareRoot root)
    {
        lock (_gate)
        {
            _unreadableTold.Remove(root);
            Table.RemoveRoot(root); // The table first: from here on the share is not served.
            try
            {
                _database.RemoveRoot(root);
            }
            catch (SqliteException exception)
            {
                throw new ShareException(
                    ShareFailure.NotSaved,
                    $"{root.Path} is shared no more, but will be again after a restart: "
                        + $"the index could not be written ({exception.Message})",
                    exception);
            }
        }
        Updated?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>Applies the changes whose old entry is still current, and returns them.</summary>
    /// <param name="folder">Kept with them: how a folder's content is read.</param>
    internal IReadOnlyList<EntryChange> Make(
        IEnumerable<EntryChange> changes, IReadOnlyList<Manifest> manifests,
        (string Path, FolderMap Map)? folder = null)
    {
        IReadOnlyList<EntryChange> made;
        lock (_gate)
        {
            made = Table.Make(changes, manifests, folder);
            if (made.Count == 0) return made;
        }
        foreach (var change in made) WarnOfUnreadable(change);
        Updated?.Invoke(this, EventArgs.Empty);
        return made;
    }

    private void WarnOfUnreadable(EntryChange change)
    {
        if (change.New is not { State: ShareState.Unreadable, Reason: { } reason } entry) return;
        if (change.Old?.Reason == reason) return;
        int warned;
        lock (_gate) warned = _unreadableTold[entry.Root] = _unreadableTold.GetValueOrDefault(entry.Root) + 1;
        if (warned <= UnreadableToldMax) _warn(reason);
        if (warned == UnreadableToldMax)
            _warn($"more below {entry.Root.Path} that cannot be offered is not logged: 'ferry files' says why");
    }

    /// <summary>Null when there is none.</summary>
    internal Manifest? ReadManifest(ContentId content)
    {
        if (_manifests.TryGet(content, out var cached)) return cached;
        var read = _database.ReadManifest(content);
        if (read is not null) _manifests.Add(read);
        return read;
    }

    /// <summary>As <see cref="FolderMapCodec"/> made it; null when there is none.</summary>
    internal byte[]? ReadFolder(string path) => _database.ReadFolder(path);

    /// <summary>One folder may have several paths, and is shared once under one name.</summary>
    private ShareRoot? Find(string path, string target)
    {
        if (Table.FindRoot(path) is { } known) return known;
        var same = Table.FindRootOf(target);
        return same is not null && Path.GetFileName(same.Path) == Path.GetFileName(path) ? same : null;
    }
}
