using System.Collections.Concurrent;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Trees;

namespace Ferry.Storage.Shares;

/// <summary>
/// Offers shared folders as one thing each: hashes them, one after the other, when all their files are hashed, and
/// again after a change, with a rest in between that grows with the work. A folder is an entry of the index whose path
/// ends in a separator. Safe for several threads.
/// </summary>
internal sealed class FolderOffers : IAsyncDisposable
{
    /// <summary>From the end of one look at a folder to the next, so many times as long as the look took.</summary>
    private const int RestTimes = 9;

    private static readonly TimeSpan RestMax = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Maps in memory, of folders that are sent: the last one, and others as long as all have no more entries than one
    /// may have.
    /// </summary>
    private const int MapsMax = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<ShareRoot, State> _states = [];
    private readonly BlockingCollection<ShareRoot> _queue = [];
    private readonly List<(string Path, ContentId Content, FolderMap Map)> _maps = [];
    private readonly FolderHasher _hasher = new();
    private readonly FolderLook _look;
    private readonly ShareStore _store;
    private readonly PendingWork _pending;
    private readonly TimeProvider _time;
    private long _underWay;

    internal FolderOffers(ShareIndexOptions options, ShareStore store, PendingWork pending, TimeProvider time)
    {
        (_store, _pending, _time) = (store, pending, time);
        _look = new FolderLook(options, store);
    }

    /// <summary>Of the folder that is being hashed.</summary>
    internal long BytesUnderWay => Interlocked.Read(ref _underWay);

    /// <summary>What is in the folder may have changed.</summary>
    /// <param name="rereads">What is known of its bytes does not count.</param>
    internal void Touch(ShareRoot root, bool rereads = false)
    {
        if (root.IsDownloads || Path.EndsInDirectorySeparator(root.Target)) return;
        lock (_gate)
        {
            if (!_states.TryGetValue(root, out var state)) _states[root] = state = new State();
            state.Rereads |= rereads;
            if (state.IsQueued) return;
            state.IsQueued = true;
            _pending.Begin();
            var left = state.Rest - _time.GetElapsedTime(state.LookedAt);
            if (left <= TimeSpan.Zero) _queue.Add(root);
            else state.Wait(_time.CreateTimer(_ => _queue.Add(root), null, left, Timeout.InfiniteTimeSpan));
        }
    }

    /// <summary>Runs until cancelled.</summary>
    internal void Work(CancellationToken cancel)
    {
        while (true)
        {
            var root = _queue.Take(cancel);
            bool rereads;
            lock (_gate)
            {
                var state = _states[root];
                (rereads, state.IsQueued, state.Rereads) = (state.Rereads, false, false);
            }
            var started = _time.GetTimestamp();
            if (_store.Table.Has(root)) Look(root, rereads, cancel);
            lock (_gate)
            {
                if (!_store.Table.Has(root)) _states.Remove(root);
                else _states[root].Looked(_time.GetElapsedTime(started), _time.GetTimestamp());
            }
            _pending.End();
        }
    }

    /// <summary>The entries of all folders, in the order of their paths.</summary>
    internal IReadOnlyList<FileEntry> All()
    {
        var roots = _store.Table.Roots();
        var shared = roots.Where(root => !root.IsDownloads)
            .Select(root => _store.Table.Find(root, root.Target + Path.DirectorySeparatorChar)).OfType<FileEntry>();
        var downloaded = roots.Where(root => root.IsDownloads)
            .SelectMany(root => _store.Table.Within(root, null)).Where(entry => entry.IsFolder);
        return [.. shared.Concat(downloaded).OrderBy(entry => entry.Path, PathOrder.Instance)];
    }

    /// <summary>Null when no folder with this path is ready.</summary>
    internal FileEntry? At(string path) => _store.Table.Roots()
        .Where(root => root.IsDownloads || root.Target == path)
        .Select(root => _store.Table.Find(root, path + Path.DirectorySeparatorChar))
        .FirstOrDefault(entry => entry is { State: ShareState.Ready });

    /// <summary>Null when what is known of it is damaged: it is hashed again.</summary>
    internal SharedSource? SourceOf(FileEntry folder)
    {
        var content = folder.Content!.Value;
        if (_store.ReadManifest(content) is { } manifest && MapOf(folder) is { } map)
            return new SharedSource(manifest, folder.Name, PathOf(folder), folder.Stamp) { Folder = map };
        MarkChanged(folder);
        return null;
    }

    /// <summary>Whether its files look as they did when it was hashed.</summary>
    internal bool IsAsItWas(FileEntry folder)
    {
        try
        {
            return MapOf(folder) is { } map && new FolderBytes(new FileDisk(), PathOf(folder), map).IsAsItWas();
        }
        catch (DiskException)
        {
            return false;
        }
    }

    /// <summary>A folder that was downloaded is offered for its content: another one was never shared.</summary>
    internal void MarkChanged(FileEntry folder)
    {
        var changed = folder.Root.IsDownloads ? null : folder with { State = ShareState.Changed };
        _store.Make([new EntryChange(folder, changed)], []);
        Touch(folder.Root);
    }

    internal void AddDownloaded(ShareRoot downloads, Manifest manifest, string path, FolderMap map)
    {
        var full = path + Path.DirectorySeparatorChar;
        var stamp = new FileStamp(map.ContentBytes, 0, 0, 0);
        var entry = new FileEntry(downloads, full, stamp, ShareState.Ready, manifest.Id, null);
        EntryChange change;
        do change = new EntryChange(_store.Table.Find(downloads, full), entry);
        while (_store.Make([change], [manifest], (full, map)).Count == 0); // It was changed in between: try again.
    }

    public async ValueTask DisposeAsync()
    {
        List<State> states;
        lock (_gate) states = [.. _states.Values];
        foreach (var state in states) await state.DisposeAsync();
    }

    /// <summary>After the last use of <see cref="Work"/>.</summary>
    internal void Close() => _queue.Dispose();

    internal static string PathOf(FileEntry folder) => Path.TrimEndingDirectorySeparator(folder.Path);

    private void Look(ShareRoot root, bool rereads, CancellationToken cancel)
    {
        var path = root.Target + Path.DirectorySeparatorChar;
        var old = _store.Table.Find(root, path);
        var totals = _store.Table.TotalsOf(root);
        if (FileStamps.Read(root.Target).Kind != FileKind.Folder)
        {
            if (old is { State: ShareState.Hashing }) Change(old, null);
            return; // The scanner says of it that it is away.
        }
        old ??= Change(null, new FileEntry(
            root, path, new FileStamp(totals.Bytes, 0, 1, 0), ShareState.Hashing, null, null));
        // Whoever hashes the last file touches the folder again.
        if (old is null || totals.Files != totals.ReadyFiles + totals.Unreadable) return;
        switch (_look.At(root, cancel))
        {
            case FolderTree.Seen seen: Offer(old, seen, rereads, cancel); break;
            case FolderTree.None: Change(old, null); break;
            case FolderTree.Away away when old.Reason != away.Reason:
                var kept = old.State is ShareState.Ready or ShareState.Unreadable ? old.Content : null;
                Change(old, old with { State = ShareState.Unreadable, Content = kept, Reason = away.Reason });
                break;
            case FolderTree.Never never when old.Reason != never.Reason:
                Change(old, old with { State = ShareState.Unreadable, Content = null, Reason = never.Reason });
                break;
        }
    }

    private void Offer(FileEntry old, FolderTree.Seen seen, bool rereads, CancellationToken cancel)
    {
        var before = rereads || (old.State == ShareState.Ready && old.Stamp == seen.Stamp) ? null : Before(old);
        if (!rereads && old.Stamp == seen.Stamp && (old.State == ShareState.Ready || before is not null))
        {
            if (old.State != ShareState.Ready) Change(old, old with { State = ShareState.Ready, Reason = null });
            return;
        }
        // A look for doubt leaves it offered, for what others say is no proof.
        var isDoubt = rereads && old.State == ShareState.Ready && old.Stamp == seen.Stamp;
        var state = old.Content is null ? ShareState.Hashing : ShareState.Changed;
        var now = isDoubt ? old
            : Change(old, old with { Stamp = seen.Stamp with { ChangedTicks = 1 }, State = state, Reason = null });
        if (now is null) return;
        var manifest = _hasher.Hash(
            PathOf(old), seen.Map, before, done => Interlocked.Exchange(ref _underWay, done), cancel);
        Interlocked.Exchange(ref _underWay, 0);
        if (manifest is null) return;
        var ready = now with { Stamp = seen.Stamp, State = ShareState.Ready, Content = manifest.Id, Reason = null };
        _store.Make([new EntryChange(now, ready)], [manifest], (old.Path, seen.Map));
    }

    private (FolderMap Map, Manifest Manifest)? Before(FileEntry folder) =>
        folder.Content is { } content && _store.ReadManifest(content) is { } manifest && Load(folder) is { } map
            ? (map, manifest) : null;

    /// <summary>The entry as it is then; null when somebody else has changed it, or it has gone.</summary>
    private FileEntry? Change(FileEntry? old, FileEntry? now) =>
        _store.Make([new EntryChange(old, now)], []).Count > 0 ? now : null;

    private FolderMap? Load(FileEntry folder) =>
        _store.ReadFolder(folder.Path) is { } bytes ? FolderMapCodec.TryDecode(folder.Content!.Value, bytes) : null;

    private FolderMap? MapOf(FileEntry folder)
    {
        var content = folder.Content!.Value;
        lock (_gate)
        {
            var known = _maps.Find(kept => kept.Path == folder.Path && kept.Content == content).Map;
            if (known is not null) return known;
        }
        if (Load(folder) is not { } map) return null;
        Remember(folder.Path, content, map);
        return map;
    }

    private void Remember(string path, ContentId content, FolderMap map)
    {
        lock (_gate)
        {
            _maps.RemoveAll(kept => kept.Path == path);
            _maps.Add((path, content, map));
            while (_maps.Count > 1 && (_maps.Count > MapsMax
                || _maps.Sum(kept => kept.Map.Places.Count) > FolderListing.EntriesMax))
                _maps.RemoveAt(0);
        }
    }

    private sealed class State : IAsyncDisposable
    {
        private ITimer? _timer;

        internal bool IsQueued { get; set; }
        internal bool Rereads { get; set; }
        internal long LookedAt { get; private set; }
        internal TimeSpan Rest { get; private set; }

        internal void Looked(TimeSpan took, long at)
        {
            var rest = RestTimes * took;
            (Rest, LookedAt) = (rest < RestMax ? rest : RestMax, at);
        }

        internal void Wait(ITimer timer)
        {
            _timer?.Dispose();
            _timer = timer;
        }

        public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
