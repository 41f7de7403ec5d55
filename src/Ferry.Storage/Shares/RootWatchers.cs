using Ferry.Storage.Disk;

namespace Ferry.Storage.Shares;

/// <summary>
/// Watches shared folders for changes (inotify, FSEvents, …), batches them briefly, and queues a scan of just those
/// paths. It only makes changes known sooner: watches are scarce, lose events when many come at once, and do not exist
/// on network disks, so every root is rescanned from time to time as well.
/// </summary>
internal sealed class RootWatchers : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ShareIndexOptions _options;
    private readonly ScanQueue _queue;
    private readonly Action<string> _warn;
    private readonly ITimer _timer;

    /// <summary>Null where watching failed: it is not tried again.</summary>
    private readonly Dictionary<ShareRoot, FileSystemWatcher?> _watchers = [];
    private readonly Dictionary<ShareRoot, string> _troubles = [];
    private readonly List<(ShareRoot Root, string? Path)> _gathered = [];
    private bool _isStopped;

    internal RootWatchers(ShareIndexOptions options, TimeProvider time, ScanQueue queue, Action<string> warn)
    {
        (_options, _queue, _warn) = (options, queue, warn);
        _timer = time.CreateTimer(_ => Pass(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Does nothing when the root is watched already, or cannot be.</summary>
    internal void Start(ShareRoot root)
    {
        if (root.IsDownloads || FileStamps.Read(root.Target).Kind == FileKind.Missing) return;
        lock (_gate)
        {
            if (_isStopped || _watchers.ContainsKey(root) || _watchers.Count >= _options.WatchersMax) return;
            _watchers.Add(root, null);
        }
        var watcher = TryWatch(root); // Walks the tree, hence outside the lock.
        lock (_gate)
        {
            if (!_isStopped && _watchers.ContainsKey(root)) _watchers[root] = watcher;
            else watcher?.Dispose();
        }
    }

    /// <summary>Why the root cannot be watched, a sentence; null when it is, or was not tried.</summary>
    internal string? TroubleOf(ShareRoot root)
    {
        lock (_gate) return _troubles.GetValueOrDefault(root);
    }

    internal void Stop(ShareRoot root)
    {
        FileSystemWatcher? watcher;
        lock (_gate)
        {
            _watchers.Remove(root, out watcher);
            _troubles.Remove(root);
        }
        watcher?.Dispose();
    }

    public void Dispose()
    {
        FileSystemWatcher?[] watchers;
        lock (_gate)
        {
            _isStopped = true;
            watchers = [.. _watchers.Values];
            _watchers.Clear();
        }
        foreach (var watcher in watchers) watcher?.Dispose();
        _timer.Dispose();
    }

    private FileSystemWatcher? TryWatch(ShareRoot root)
    {
        var target = root.Target;
        var isFolder = FileStamps.Read(target).Kind == FileKind.Folder;
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = isFolder
                ? new FileSystemWatcher(target)
                : new FileSystemWatcher(Path.GetDirectoryName(target)!, Path.GetFileName(target));
            watcher.IncludeSubdirectories = isFolder;
            watcher.NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite
                | NotifyFilters.Size | NotifyFilters.Attributes;
            watcher.Created += (_, change) => Gather(root, change.FullPath);
            watcher.Changed += (_, change) => Gather(root, change.FullPath);
            watcher.Deleted += (_, change) => Gather(root, change.FullPath);
            watcher.Renamed += (_, change) =>
            {
                Gather(root, change.OldFullPath);
                Gather(root, change.FullPath);
            };
            watcher.Error += (_, error) => Lose(root, error.GetException());
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            watcher?.Dispose();
            WarnOfRescan(root, exception);
            return null;
        }
    }

    private void Lose(ShareRoot root, Exception exception)
    {
        if (exception is not InternalBufferOverflowException)
        {
            FileSystemWatcher? watcher;
            lock (_gate)
            {
                if (!_watchers.TryGetValue(root, out watcher) || watcher is null) return;
                _watchers[root] = null;
            }
            watcher.Dispose();
            WarnOfRescan(root, exception);
        }
        Gather(root, null); // Events were lost: a scan of the whole root finds the changes.
    }

    private void WarnOfRescan(ShareRoot root, Exception exception)
    {
        var trouble = $"{root.Path} cannot be watched ({exception.Message}): "
            + $"changes in it are noticed every {_options.RescanEvery.TotalSeconds:0} s";
        lock (_gate) _troubles[root] = trouble;
        _warn(trouble);
    }

    /// <summary>
    /// The first change starts the wait; later ones do not prolong it, or a busy folder would never be scanned.
    /// </summary>
    private void Gather(ShareRoot root, string? path)
    {
        lock (_gate)
        {
            if (_isStopped || !_watchers.ContainsKey(root)) return;
            if (_gathered.Count == 0) _timer.Change(_options.WatchDelay, Timeout.InfiniteTimeSpan);
            if (_gathered.Count < ScanQueue.PathsMax) _gathered.Add((root, path));
            else if (!_gathered.Contains((root, null))) _gathered.Add((root, null));
        }
    }

    private void Pass()
    {
        lock (_gate)
        {
            if (_isStopped) return;
            foreach (var (root, path) in _gathered) _queue.Add(root, path);
            _gathered.Clear();
        }
    }
}
