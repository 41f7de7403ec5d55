namespace Ferry.Storage.Shares;

/// <summary>
/// The scans to do: whole roots, or paths in them. A request that is queued already is dropped, and many paths of one
/// root become the whole root, which bounds the queue whatever happens on disk. A root is scanned by one scanner at a
/// time; one whose disk does not answer holds up no other root.
/// </summary>
internal sealed class ScanQueue(PendingWork pending, TimeProvider time) : IDisposable
{
    /// <summary>Beyond this many paths, walking the root is less work.</summary>
    internal const int PathsMax = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<ShareRoot, HashSet<string>> _paths = [];
    private readonly HashSet<ShareRoot> _whole = [];

    /// <summary>What has work and is with no scanner; the semaphore counts it.</summary>
    private readonly Queue<ShareRoot> _next = [];
    private readonly SemaphoreSlim _filled = new(0);

    /// <summary>What is with a scanner, and when that last got an answer.</summary>
    private readonly Dictionary<ShareRoot, long> _scanned = [];

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
            if (!_scanned.ContainsKey(root)) Offer(root);
        }
    }

    /// <summary>Waits until there is work; the caller calls <see cref="Done"/> when it is done.</summary>
    /// <returns>The paths in the root; null for all of it.</returns>
    internal (ShareRoot Root, IReadOnlyCollection<string>? Paths) Take(CancellationToken cancel)
    {
        _filled.Wait(cancel);
        lock (_gate)
        {
            var root = _next.Dequeue();
            _whole.Remove(root);
            _paths.Remove(root, out var paths);
            _scanned.Add(root, time.GetTimestamp());
            return (root, paths);
        }
    }

    /// <summary>The disk of the root, which is being scanned, has answered.</summary>
    internal void Answered(ShareRoot root)
    {
        lock (_gate) _scanned[root] = time.GetTimestamp();
    }

    /// <summary>For how long the disk of the root has not answered its scanner.</summary>
    internal TimeSpan SilenceOf(ShareRoot root)
    {
        lock (_gate) return _scanned.TryGetValue(root, out var since) ? time.GetElapsedTime(since) : TimeSpan.Zero;
    }

    internal void Done(ShareRoot root)
    {
        lock (_gate)
        {
            _scanned.Remove(root);
            if (_whole.Contains(root) || _paths.ContainsKey(root)) Offer(root);
        }
        pending.End();
    }

    public void Dispose() => _filled.Dispose();

    private void Offer(ShareRoot root)
    {
        _next.Enqueue(root);
        _filled.Release();
    }
}
