using Ferry.Names;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;

namespace Ferry.Storage.Shares;

/// <summary>
/// The files that this node offers: found by a scanner, hashed by workers, kept up to date by watching and rescanning,
/// remembered in <c>index.db</c>. Queries are answered from memory. May be called from several threads.
/// </summary>
public sealed class ShareIndex : IShareCatalog, IAsyncDisposable
{
    /// <summary>Unreadable files whose reasons are told with the share; the list of files has all.</summary>
    private const int TroublesMax = 3;

    private const int DoubtedMax = 10_000;
    private static readonly TimeSpan DoubtAgainAfter = TimeSpan.FromMinutes(10);

    private readonly Dictionary<ContentId, long> _doubted = [];
    private readonly ShareIndexOptions _options;
    private readonly TimeProvider _time;
    private readonly IndexDatabase _database;
    private readonly ShareStore _store;
    private readonly PendingWork _pending = new();
    private readonly ScanQueue _queue;
    private readonly RootWatchers _watchers;
    private readonly RootWalks _walks = new();
    private readonly HashWorkers _hashers;
    private readonly HashPace _pace;
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _rescan;
    private int _isDisposed;

    private ShareIndex(ShareIndexOptions options, TimeProvider time, Action<string> warn)
    {
        (_options, _time) = (options, time);
        _database = IndexRebuild.Open(options.Home, time.GetUtcNow(), warn);
        _store = new ShareStore(_database, warn);
        _store.Load(time.GetUtcNow(), options.FilesMax);
        _queue = new ScanQueue(_pending);
        _watchers = new RootWatchers(options, time, _queue, warn);
        _hashers = new HashWorkers(_store, _pending);
        _pace = new HashPace(time, _queue, _pending);
        var scanner = new Scanner(options, _store, _queue, _watchers, _walks, _hashers, _pace, _pending, warn);
        Rescan();
        _rescan = time.CreateTimer(_ => Rescan(), null, options.RescanEvery, options.RescanEvery);
        var hashers = Enumerable.Repeat<Action<CancellationToken>>(_hashers.Work, options.HashersMax);
        Completion = Task.WhenAll(hashers.Prepend(scanner.Work).Select(RunUntilStopped));
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
    /// <exception cref="ShareException">The path cannot be shared.</exception>
    public async Task<ShareProgress> AddRootAsync(string path, bool? offersHidden, CancellationToken cancel)
    {
        _options.Mounts.Accept(RealPath.Of(path)); // A user who shares it now means what is there now.
        var root = Enter(path, offersHidden);
        var walked = _walks.Next(root);
        _queue.Add(root, null);
        await await Task.WhenAny(walked, Completion).WaitAsync(cancel);
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
            _watchers.Stop(root);
            return;
        }
        if (_store.Table.Find(Downloads, real) is not { } download)
            throw new ShareException(ShareFailure.NotShared, $"{path} is not shared: 'files' lists what is");
        _store.Make([new EntryChange(download, null)], []);
    }

    /// <summary>Every file known, in the order of its path, each described when it is its turn.</summary>
    public IEnumerable<SharedFile> List()
    {
        var entries = _store.Table.Roots().SelectMany(root => _store.Table.Within(root, null)).ToArray();
        Array.Sort(entries, static (one, other) => string.CompareOrdinal(one.Path, other.Path));
        return entries.Select(entry => entry.ToSharedFile());
    }

    /// <summary>One for each shared path.</summary>
    public IReadOnlyList<ShareProgress> Progress() =>
        [.. _store.Table.Roots().Where(root => !root.IsDownloads).Select(ProgressOf)];

    /// <summary>Scans all roots now, as happens periodically anyway.</summary>
    public void Rescan()
    {
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

    /// <summary>
    /// Similar names are computed only when no name matches as typed: they cost more, and would only be noise beside
    /// it.
    /// </summary>
    public ShareMatches Match(string text, ContentId? content, int hitsMax)
    {
        if (content is { } wanted)
            return ShareMatches.Of([.. _store.Table.Ready(wanted).Take(Math.Min(1, hitsMax)).Select(ToMatch)]);
        var query = new NameQuery(text);
        var hashing = _store.Table.Unhashed()
            .Select(entry => (Score: query.ScoreAsTyped(entry.Name), Entry: entry))
            .Where(match => match.Score.Kind != MatchKind.None)
            .OrderByDescending(match => match.Score).ThenBy(match => match.Entry.Path, StringComparer.Ordinal)
            .Take(ShareMatches.HashingMax).Select(match => ToHashing(match.Entry)).ToList();
        var files = _store.Table.Snapshot();
        var hits = Fitting(files, query.ScoreAsTyped);
        if (hits.Count == 0 && hashing.Count == 0) hits = Fitting(files, query.Score);
        var best = hits.OrderBy(hit => hit.Key).Take(hitsMax).Select(hit => ToMatch(hit.Value));
        return new ShareMatches([.. best], hits.Count, hashing);
    }

    public string? PathOf(ContentId content, string name)
    {
        var wanted = Path.GetFileName(name);
        return _store.Table.Ready(content)
            .FirstOrDefault(entry =>
                Path.GetFileName(entry.Path) == wanted && FileStamps.OfFile(entry.Path) == entry.Stamp)?.Path;
    }

    /// <summary>
    /// One of the files with this content that still looks as it did; those whose stamp is another are scanned again.
    /// </summary>
    public SharedSource? Find(ContentId content)
    {
        foreach (var entry in _store.Table.Ready(content))
        {
            var stamp = FileStamps.OfFile(entry.Path);
            if (stamp != entry.Stamp) _queue.Add(entry.Root, entry.Path);
            if (stamp is not { } now || !now.HasBytesOf(entry.Stamp)) continue;
            if (_store.ReadManifest(content) is { } manifest)
                return new SharedSource(manifest, entry.Name.Path, entry.Path, entry.Stamp);
            HashAgain(entry);
        }
        return null;
    }

    public bool IsInDoubt(ContentId content) => _store.Table.IsInDoubt(content);

    public void MarkChanged(ContentId content)
    {
        foreach (var entry in _store.Table.Ready(content)) HashAgain(entry);
    }

    /// <summary>At most once in <see cref="DoubtAgainAfter"/>: others could make this node hash for ever.</summary>
    public void Doubt(ContentId content)
    {
        lock (_doubted)
        {
            var isRecent = _doubted.TryGetValue(content, out var at) && _time.GetElapsedTime(at) < DoubtAgainAfter;
            if (isRecent) return;
            if (_doubted.Count == DoubtedMax) _doubted.Clear();
            _doubted[content] = _time.GetTimestamp();
        }
        foreach (var entry in _store.Table.Ready(content)) _hashers.Add(entry, entry.Stamp);
    }

    public void AddDownloaded(Manifest manifest, string path, FileStamp stamp)
    {
        var real = RealPath.Of(path);
        var name = new OfferedName(Path.GetFileName(real));
        EntryChange change;
        do
        {
            var entry = new FileEntry(Downloads, real, name, stamp, ShareState.Ready, manifest.Id, null);
            change = new EntryChange(_store.Table.Find(Downloads, real), entry);
        }
        while (_store.Make([change], [manifest]).Count == 0); // The entry was changed between the two lines: try again.
    }

    /// <summary>Stops; hashing that is interrupted starts over after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        await _stop.CancelAsync();
        await _rescan.DisposeAsync();
        _watchers.Dispose();
        await _pace.DisposeAsync();
        // A fault is reported by Completion; here everything else must still be disposed.
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _hashers.Dispose();
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

    private void HashAgain(FileEntry entry)
    {
        var changed = entry with { State = ShareState.Changed };
        if (_store.Make([new EntryChange(entry, changed)], []).Count > 0) _queue.Add(entry.Root, entry.Path);
    }

    private ShareProgress ProgressOf(ShareRoot root)
    {
        long files = 0, bytes = 0, filesHashed = 0, bytesHashed = _hashers.BytesUnderWay(root);
        var unreadable = 0;
        var troubles = new List<string>();
        foreach (var entry in _store.Table.Within(root, null))
        {
            files++;
            bytes += entry.Stamp.Length;
            if (entry.State == ShareState.Unreadable)
            {
                unreadable++;
                var isSaid = troubles.Count >= TroublesMax || troubles.Contains(entry.Reason!);
                if (!isSaid) troubles.Add(entry.Reason!);
            }
            if (entry.State != ShareState.Ready) continue;
            filesHashed++;
            bytesHashed += entry.Stamp.Length;
        }
        if (_watchers.TroubleOf(root) is { } unwatched) troubles.Add(unwatched);
        var leftOut = _walks.LeftOutOf(root);
        if (leftOut[LeftOutKind.Excess] > 0)
            troubles.Add($"more than {_options.FilesMax} files are shared, and no more are offered: share less, "
                + "or give a node that has little memory more of it");
        return new ShareProgress(
            root.Path, files, bytes, filesHashed, Math.Min(bytesHashed, bytes), unreadable, leftOut, troubles);
    }

    /// <summary>Each content once under each name: one that several shares offer alike is one.</summary>
    private static Dictionary<RankedContent, FileEntry> Fitting(FileEntry[] files, Func<OfferedName, NameScore> judge)
    {
        var fitting = new Dictionary<RankedContent, FileEntry>();
        foreach (var entry in files)
        {
            var score = judge(entry.Name);
            if (score.Kind != MatchKind.None)
                fitting.TryAdd(new RankedContent(entry.Content!.Value, entry.Name.Path, score), entry);
        }
        return fitting;
    }

    private HashingFile ToHashing(FileEntry entry) =>
        new(entry.Name.Path, entry.Stamp.Length, _hashers.BytesUnderWay(entry));

    private static ShareMatch ToMatch(FileEntry entry)
    {
        var chunkCount = ChunkLayout.For(entry.Stamp.Length).ChunkCount;
        ChunkRange[] held = chunkCount == 0 ? [] : [new ChunkRange(0, chunkCount)];
        return new ShareMatch(entry.Content!.Value, entry.Name.Path, entry.Stamp.Length, held)
        {
            Traits = FileStamps.TraitsOf(entry.Path),
        };
    }
}
