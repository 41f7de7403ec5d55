using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Trees;

namespace Ferry.Storage.Shares;

/// <summary>
/// The files that this node offers: found by a scanner, hashed by workers, kept up to date by watching and rescanning,
/// remembered in <c>index.db</c>, from which queries are answered. May be called from several threads.
/// </summary>
public sealed class ShareIndex : IShareCatalog, IAsyncDisposable
{
    /// <summary>Unreadable files whose reasons are told with the share; the list of files has all.</summary>
    private const int TroublesMax = 3;

    /// <summary>Of one content, looked at again: empty files, say, may be many.</summary>
    private const int DoubtedFilesMax = 100;
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(20);

    private readonly Doubts _doubts;
    private readonly ShareIndexOptions _options;
    private readonly TimeProvider _time;
    private readonly IndexDatabase _database;
    private readonly ShareStore _store;
    private readonly PendingWork _pending = new();
    private readonly ScanQueue _queue;
    private readonly RootWatchers _watchers;
    private readonly RootWalks _walks = new();
    private readonly HashWorkers _hashers;
    private readonly FolderOffers _folders;
    private readonly HashPace _pace;
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _rescan;
    private readonly Task _workers;
    private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isDisposed;

    private ShareIndex(ShareIndexOptions options, TimeProvider time, Action<string> warn)
    {
        (_options, _time, _doubts) = (options, time, new Doubts(time));
        _database = IndexRebuild.Open(options.Home, time.GetUtcNow(), warn);
        _store = new ShareStore(_database, time.GetUtcNow(), options.FilesMax, warn);
        _queue = new ScanQueue(_pending, time);
        _watchers = new RootWatchers(options, time, _queue, warn);
        _pace = new HashPace(time, _queue, _pending);
        _folders = new FolderOffers(options, _store, _pending, time);
        _hashers = new HashWorkers(_store, _pending, _pace.IsWaiting, root => _folders.Touch(root));
        var scanner = new Scanner(options, _store, _queue, _watchers, _walks, _hashers, _pace, _folders, warn);
        Rescan();
        _rescan = time.CreateTimer(_ => Rescan(), null, options.RescanEvery, options.RescanEvery);
        var hashers = Enumerable.Repeat<Action<CancellationToken>>(_hashers.Work, options.HashersMax);
        var scanners = Enumerable.Repeat<Action<CancellationToken>>(scanner.Work, options.ScannersMax);
        _workers = Task.WhenAll(hashers.Concat(scanners).Append(_folders.Work).Select(RunUntilStopped));
        Completion = Task.WhenAny(_workers, _abandoned.Task).Unwrap();
    }

    /// <summary>
    /// Completes after <see cref="DisposeAsync"/>; faults at once when the index fails and cannot be used any more.
    /// </summary>
    public Task Completion { get; }

    /// <summary>An entry has changed. Raised on threads of the index, which block meanwhile.</summary>
    public event EventHandler? Updated
    {
        add => _store.Updated += value;
        remove => _store.Updated -= value;
    }

    /// <summary>Files read and hashed since <see cref="Open"/>; what the index knew does not count.</summary>
    public long FilesHashed => _hashers.FilesHashed;

    /// <summary>Offers at once what the last run offered; what has changed since is found in the background.</summary>
    /// <param name="options">The home exists.</param>
    /// <param name="warn">Takes sentences for the user, from any thread.</param>
    /// <exception cref="ShareException">The index can be neither opened nor made anew.</exception>
    public static ShareIndex Open(ShareIndexOptions options, TimeProvider time, Action<string> warn)
    {
        var downloads = options.Downloads is null ? null : RealPath.Of(options.Downloads);
        return new ShareIndex(options with { Home = RealPath.Of(options.Home), Downloads = downloads }, time, warn);
    }

    /// <summary>
    /// Offers a file under its name, or every regular file below a folder under its path from that folder's name on.
    /// Returns at once; does nothing when the path is shared already. A symbolic link is offered under its own name and
    /// stands for what it points to, also when that changes; those inside a folder are left out.
    /// </summary>
    /// <param name="offersHidden">Offer what is hidden below the path, too; null to leave that as it is.</param>
    /// <exception cref="ShareException">The path cannot be shared.</exception>
    public void AddRoot(string path, bool? offersHidden = null) => _queue.Add(Enter(path, offersHidden), null);

    /// <summary>The same, and what was found there, once all of it has been looked at.</summary>
    /// <exception cref="ShareException">The path cannot be shared, or was unshared meanwhile.</exception>
    public async Task<ShareProgress> AddRootAsync(string path, bool? offersHidden, CancellationToken cancel)
    {
        _options.Mounts.Accept(RealPath.Of(path)); // A user who shares it now means what is there now.
        var root = Enter(path, offersHidden);
        var walked = _walks.Next(root);
        _queue.Add(root, null);
        await await Task.WhenAny(walked, Completion).WaitAsync(cancel);
        if (!_store.Table.Has(root))
            throw new ShareException(ShareFailure.NotShared, $"{path} was unshared meanwhile: share it again");
        return ProgressOf(root);
    }

    /// <summary>Withdraws a shared path, or a file that was downloaded.</summary>
    /// <exception cref="ShareException">It is neither.</exception>
    public void RemoveRoot(string path)
    {
        var (full, real) = (Full(path), RealPath.Of(path));
        if ((_store.Table.FindRoot(full) ?? _store.Table.FindRootOf(real)) is { } root)
        {
            _store.RemoveRoot(root);
            _walks.Forget(root);
            _watchers.Stop(root);
            _queue.Add(root, null); // The scanner sweeps up what is left of it.
            return;
        }
        if ((_store.Table.Find(Downloads, real) ?? _store.Table.Find(Downloads, real + Path.DirectorySeparatorChar))
            is not { } download)
            throw new ShareException(ShareFailure.NotShared, $"{path} is not shared: 'files' lists what is");
        _store.Make([new EntryChange(download, null)], []);
    }

    /// <summary>Every file known, in the order of its path, each read from the index when it is its turn.</summary>
    public IEnumerable<SharedFile> List()
    {
        var roots = new PriorityQueue<IEnumerator<FileEntry>, string>(PathOrder.Instance);
        foreach (var root in _store.Table.Roots())
            Await(_store.Table.Within(root, null).Where(entry => !entry.IsFolder).GetEnumerator());
        while (roots.TryDequeue(out var files, out _))
        {
            yield return files.Current.ToSharedFile();
            Await(files);
        }

        void Await(IEnumerator<FileEntry> files)
        {
            if (files.MoveNext()) roots.Enqueue(files, files.Current.Path);
            else files.Dispose();
        }
    }

    /// <summary>Every folder that is offered as one thing, or will be, in the order of its path.</summary>
    public IEnumerable<SharedFile> Folders() => _folders.All().Select(folder => folder.ToSharedFile());

    /// <summary>
    /// What a shared path is itself, as it was last seen: a file, or a folder as one thing. Null when it is neither.
    /// </summary>
    public SharedFile? Shared(string path)
    {
        if ((_store.Table.FindRoot(Full(path)) ?? _store.Table.FindRootOf(RealPath.Of(path))) is not { } root)
            return null;
        return (_store.Table.Find(root, root.Target)
            ?? _store.Table.Find(root, root.Target + Path.DirectorySeparatorChar))?.ToSharedFile();
    }

    /// <summary>One for each shared path.</summary>
    public IReadOnlyList<ShareProgress> Progress() =>
        [.. _store.Table.Roots().Where(root => !root.IsDownloads).Select(ProgressOf)];

    /// <summary>Scans all roots now, as happens periodically anyway.</summary>
    public void Rescan()
    {
        _database.TryReturn();
        foreach (var root in _store.Table.Roots()) _queue.Add(root, null);
    }

    /// <summary>
    /// Ends when all that was asked for so far has been found and hashed. Faults as <see cref="Completion"/> does.
    /// </summary>
    public async Task WhenIdle(CancellationToken cancel)
    {
        var first = await Task.WhenAny(_pending.WhenNone(), Completion).WaitAsync(cancel);
        await first;
    }

    public ShareMatches Match(string text, ContentId? content, int hitsMax, bool similar)
    {
        if (content is { } wanted)
            return ShareMatches.Of([.. _store.Table.Ready(wanted).Take(Math.Min(1, hitsMax)).Select(ToMatch)]);
        var search = new NameSearch(_store.Table, text);
        var hashing = search.Unhashed(ShareMatches.HashingMax).Select(ToHashing).ToList();
        var (best, fitting) = search.Ready(hitsMax, asTyped: !similar || hashing.Count > 0);
        return new ShareMatches([.. best.Select(ToMatch)], fitting, hashing);
    }

    public string? PathOf(ContentId content, string name)
    {
        var wanted = Path.GetFileName(name);
        return _store.Table.Ready(content, wanted)
            .FirstOrDefault(entry => entry.IsFolder
                ? _folders.IsAsItWas(entry) : FileStamps.OfFile(entry.Path) == entry.Stamp)
            is { } found ? Path.TrimEndingDirectorySeparator(found.Path) : null;
    }

    /// <summary>
    /// One of the files with this content that still looks as it did; those whose stamp is another are scanned again.
    /// </summary>
    public SharedSource? Find(ContentId content)
    {
        foreach (var entry in _store.Table.Ready(content))
        {
            if (entry.IsFolder)
            {
                if (_folders.SourceOf(entry) is { } folder) return folder;
                continue;
            }
            var stamp = FileStamps.OfFile(entry.Path);
            if (stamp != entry.Stamp) _queue.Add(entry.Root, entry.Path);
            if (stamp is not { } now || !now.HasBytesOf(entry.Stamp)) continue;
            if (_store.ReadManifest(content) is { } manifest)
                return new SharedSource(manifest, entry.Name, entry.Path, entry.Stamp);
            HashAgain([entry]);
        }
        return null;
    }

    public SharedSource? FolderAt(string path) => _folders.At(RealPath.Of(path)) is { } folder
        ? _folders.SourceOf(folder) : null;

    public bool IsInDoubt(ContentId content) => _store.Table.IsInDoubt(content);

    public void MarkChanged(ContentId content)
    {
        foreach (var entries in _store.Table.Ready(content).Chunk(ScanQueue.PathsMax))
        {
            HashAgain([.. entries.Where(entry => !entry.IsFolder)]);
            foreach (var folder in entries.Where(entry => entry.IsFolder)) _folders.MarkChanged(folder);
        }
    }

    public void Doubt(ContentId content)
    {
        var entries = _store.Table.Ready(content).Take(DoubtedFilesMax).ToList();
        if (entries.Count == 0 || !_doubts.TryHeed(content, entries.Sum(entry => entry.Stamp.Length))) return;
        foreach (var entry in entries)
        {
            if (entry.IsFolder) _folders.Touch(entry.Root, rereads: true);
            else _hashers.Add(entry, entry.Stamp);
        }
    }

    public void AddDownloaded(Manifest manifest, string path, FileStamp stamp)
    {
        var real = RealPath.Of(path);
        EntryChange change;
        do
        {
            var entry = new FileEntry(Downloads, real, stamp, ShareState.Ready, manifest.Id, null);
            change = new EntryChange(_store.Table.Find(Downloads, real), entry);
        }
        while (_store.Make([change], [manifest]).Count == 0); // The entry was changed between the two lines: try again.
    }

    public void AddDownloadedFolder(Manifest manifest, string path, FolderMap map) =>
        _folders.AddDownloaded(Downloads, manifest, RealPath.Of(path), map);

    /// <summary>Stops; hashing that is interrupted starts over after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        await _stop.CancelAsync();
        await _rescan.DisposeAsync();
        _watchers.Dispose();
        await _pace.DisposeAsync();
        await _folders.DisposeAsync();
        // A fault is reported by Completion; here everything else must still be disposed.
        await Completion.WaitAsync(StopTimeout, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // A thread in a call that a dead disk never answers uses the rest until the process ends.
        if (_abandoned.TrySetResult() && !_workers.IsCompleted) return;
        _hashers.Dispose();
        _folders.Close();
        _queue.Dispose();
        _database.Dispose();
        _stop.Dispose();
    }

    private ShareRoot Downloads => _store.Table.FindRoot("")!;

    private Task RunUntilStopped(Action<CancellationToken> work) => Task.Factory.StartNew(
        () =>
        {
            try
            {
                work(_stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // Stopped by DisposeAsync.
            }
            catch
            {
                _stop.Cancel(); // One failing thread stops the others, so that Completion faults at once.
                throw;
            }
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private ShareRoot Enter(string path, bool? offersHidden)
    {
        var real = RealPath.Of(path);
        // What is shared already may be away just now.
        if (offersHidden is null && _store.Table.FindRoot(Full(path)) is { } known) return known;
        SharePath.Check(real, path, _options);
        return _store.AddRoot(Full(path), real, offersHidden, _time.GetUtcNow());
    }

    private static string Full(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    private void HashAgain(FileEntry[] entries)
    {
        var changes = entries.Select(entry => new EntryChange(entry, entry with { State = ShareState.Changed }));
        foreach (var made in _store.Make(changes, [])) _queue.Add(made.Either.Root, made.Either.Path);
    }

    private ShareProgress ProgressOf(ShareRoot root)
    {
        var totals = _store.Table.TotalsOf(root);
        var bytesHashed = totals.ReadyBytes + _hashers.BytesUnderWay(root);
        List<string> troubles = totals.Unreadable == 0 ? [] : [.. _store.Table.Reasons(root).Take(TroublesMax)];
        if (_queue.SilenceOf(root) is var silence && silence > SilenceMax)
            troubles.Add($"{root.Path} is away, its disk has not answered for {silence.TotalSeconds:0} s: "
                + "see to its network or device, or unshare it");
        if (_watchers.TroubleOf(root) is { } unwatched) troubles.Add(unwatched);
        var leftOut = _walks.LeftOutOf(root);
        if (leftOut[LeftOutKind.Excess] > 0)
            troubles.Add($"more than {_options.FilesMax} files are shared, and no more are offered: share less, "
                + "or give a node that has little memory more of it");
        return new ShareProgress(
            root.Path, totals.Files, totals.Bytes, totals.ReadyFiles, Math.Min(bytesHashed, totals.Bytes),
            (int)totals.Unreadable, leftOut, troubles);
    }

    private HashingFile ToHashing(FileEntry entry) =>
        new(entry.Name, entry.Stamp.Length, entry.IsFolder ? _folders.BytesUnderWay : _hashers.BytesUnderWay(entry));

    private static ShareMatch ToMatch(FileEntry entry)
    {
        var chunkCount = ChunkLayout.For(entry.Stamp.Length).ChunkCount;
        ChunkRange[] held = chunkCount == 0 ? [] : [new ChunkRange(0, chunkCount)];
        return new ShareMatch(entry.Content!.Value, entry.Name, entry.Stamp.Length, held)
        {
            Traits = entry.IsFolder ? default : FileStamps.TraitsOf(entry.Path), IsFolder = entry.IsFolder,
        };
    }
}
