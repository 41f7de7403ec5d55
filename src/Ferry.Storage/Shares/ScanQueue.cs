namespace Ferry.Storage.Shares;

/// <summary>
/// The scans to do: whole roots, or paths in them. A request that is queued already is dropped, and many paths of one
/// root become the whole root, which bounds the queue whatever happens on disk.
/// </summary>
internal sealed class ScanQueue(PendingWork pending) : IDisposable
{
    /// <summary>Beyond this many paths, walking the root is less work.</summary>
    internal const int PathsMax = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<ShareRoot, HashSet<string>> _paths = [];
    private readonly HashSet<ShareRoot> _whole = [];
    private readonly SemaphoreSlim _filled = new(0, 1);

    /// <param name="path">A file or folder in the root; null or the root's own target for all of it.</param>
    internal void Add(ShareRoot root, string? path)
    {
        lock (_gate)
        {
            if (_whole.Contains(root)) return;
            var isNew = !_paths.TryGetValue(root, out var paths);
            if (path is null || path == root.Target || paths?.Count >= PathsMax)
            {
                _whole.Add(root);
                _paths.Remove(root);
            }
            else if (paths is null)
            {
                _paths.Add(root, [path]);
            }
            else
            {
                paths.Add(path);
            }
            if (!isNew) return;
            pending.Begin();
            if (_filled.CurrentCount == 0) _filled.Release();
        }
    }

    /// <summary>
    /// Waits until there is work; the caller calls <see cref="PendingWork.End"/>, once for each root, when it is done.
    /// </summary>
    /// <returns>The paths in each root; null for all of it.</returns>
    internal Dictionary<ShareRoot, IReadOnlyCollection<string>?> TakeAll(CancellationToken cancel)
    {
        _filled.Wait(cancel);
        lock (_gate)
        {
            var all = new Dictionary<ShareRoot, IReadOnlyCollection<string>?>();
            foreach (var root in _whole) all.Add(root, null);
            foreach (var (root, paths) in _paths) all.Add(root, paths);
            _whole.Clear();
            _paths.Clear();
            return all;
        }
    }

    public void Dispose() => _filled.Dispose();
}
