using Ferry.Protocol.Content;
using Microsoft.Data.Sqlite;

namespace Ferry.Storage.Shares;

/// <summary>
/// The table in memory and its copy on disk, changed together and in the same order. The table is authoritative: when
/// the index cannot be written (disk full, read-only), sharing goes on, and files that were not saved are hashed again
/// after the next start.
/// </summary>
internal sealed class ShareStore(IndexDatabase database, Action<string> warn)
{
    /// <summary>A log is for people: a share of a million files may not flood it.</summary>
    private const int UnreadableToldMax = 20;

    private readonly Lock _gate = new();
    private readonly ManifestCache _manifests = new();
    private readonly Dictionary<ShareRoot, int> _unreadableTold = [];
    private bool _hasWarned;

    internal FileTable Table { get; } = new();

    /// <summary>Raised after changes, on the thread that made them.</summary>
    internal event EventHandler? Updated;

    /// <summary>Reads everything that the last run knew; the root of downloads is made if there is none.</summary>
    /// <param name="filesMax">The last run may have had more memory; the next scan sees what is not read.</param>
    internal void Load(DateTimeOffset now, int filesMax)
    {
        database.AddRoot("", "", offersHidden: false, now);
        database.RemoveUnusedManifests();
        foreach (var root in database.Roots())
        {
            Table.AddRoot(root);
            foreach (var file in database.Files(root, filesMax - Table.Count)) Table.Make(new EntryChange(null, file));
        }
    }

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
                    database.Update(known, known.Target, changed);
                    known.OffersHidden = changed;
                    return known;
                }
                var hidden = offersHidden ?? false;
                var root = new ShareRoot(database.AddRoot(path, target, hidden, now), path, target, hidden);
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
                database.Update(root, target, root.OffersHidden);
            }
            catch (SqliteException exception)
            {
                warn($"the index of shared files could not be written ({exception.Message}): sharing goes on");
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
                database.RemoveRoot(root);
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
    internal IReadOnlyList<EntryChange> Make(IEnumerable<EntryChange> changes, IReadOnlyList<Manifest> manifests)
    {
        List<EntryChange> valid;
        lock (_gate)
        {
            valid = [.. changes.Where(Table.IsCurrent)];
            if (valid.Count == 0) return valid;
            Save(valid, manifests);
            foreach (var change in valid) Table.Make(change);
        }
        foreach (var change in valid) WarnOfUnreadable(change);
        Updated?.Invoke(this, EventArgs.Empty);
        return valid;
    }

    private void WarnOfUnreadable(EntryChange change)
    {
        if (change.New is not { State: ShareState.Unreadable, Reason: { } reason } entry) return;
        if (change.Old?.Reason == reason) return;
        int warned;
        lock (_gate) warned = _unreadableTold[entry.Root] = _unreadableTold.GetValueOrDefault(entry.Root) + 1;
        if (warned <= UnreadableToldMax) warn(reason);
        if (warned == UnreadableToldMax)
            warn($"more below {entry.Root.Path} that cannot be offered is not logged: 'ferry files' says why");
    }

    /// <summary>Null when it was kept neither on disk nor in memory.</summary>
    internal Manifest? ReadManifest(ContentId content)
    {
        if (_manifests.TryGet(content, out var cached)) return cached;
        try
        {
            var read = database.ReadManifest(content);
            if (read is not null) _manifests.Add(read);
            return read;
        }
        catch (SqliteException exception)
        {
            warn($"the index of shared files could not be read ({exception.Message}): what it lacks is hashed again");
            return null;
        }
    }

    /// <summary>One folder may have several paths, and is shared once under one name.</summary>
    private ShareRoot? Find(string path, string target)
    {
        if (Table.FindRoot(path) is { } known) return known;
        var same = Table.FindRootOf(target);
        return same is not null && Path.GetFileName(same.Path) == Path.GetFileName(path) ? same : null;
    }

    private void Save(List<EntryChange> changes, IReadOnlyList<Manifest> manifests)
    {
        try
        {
            database.Save(changes, manifests);
            _hasWarned = false;
        }
        catch (SqliteException exception)
        {
            foreach (var manifest in manifests) _manifests.Add(manifest);
            if (!_hasWarned)
                warn($"the index of shared files could not be written ({exception.Message}): "
                    + "sharing goes on, files are hashed again after a restart");
            _hasWarned = true;
        }
    }
}
