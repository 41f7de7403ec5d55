using Ferry.Storage.Disk;

namespace Ferry.Storage.Shares;

/// <summary>
/// Spares files that change over and over (a recording, a log, a copy that is under way) from being hashed over and
/// over. The first change is hashed at once; each further one waits, from one hashing to the next, twice as long as the
/// one before. A file that was left alone for long enough starts anew.
/// </summary>
internal sealed class HashPace : IAsyncDisposable
{
    internal static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(2);
    internal static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(5);

    /// <summary>Files whose changes are timed at once; those beyond are hashed at every change.</summary>
    private const int FilesMax = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(ShareRoot Root, string Path), Pace> _files = [];
    private readonly TimeProvider _time;
    private readonly ScanQueue _queue;
    private readonly PendingWork _pending;
    private readonly ITimer _timer;

    internal HashPace(TimeProvider time, ScanQueue queue, PendingWork pending)
    {
        (_time, _queue, _pending) = (time, queue, pending);
        _timer = time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>True when the file may be hashed now; if not, it is scanned again when it may.</summary>
    /// <param name="hasChanged">Its stamp was another at the scan before.</param>
    internal bool IsDue(FileEntry entry, bool hasChanged)
    {
        var key = (entry.Root, entry.Path);
        lock (_gate)
        {
            if (!_files.TryGetValue(key, out var pace))
            {
                if (hasChanged && _files.Count < FilesMax)
                    _files.Add(key, new Pace(entry.Stamp, _time.GetTimestamp(), FirstWait));
                return true;
            }
            if (pace.Stamp == entry.Stamp) return true;
            var since = _time.GetElapsedTime(pace.HashedAt);
            if (since < pace.Wait)
            {
                if (pace.IsWaiting) return false;
                _files[key] = pace with { IsWaiting = true };
                _pending.Begin();
                SetTimer();
                return false;
            }
            var wait = since > 2 * pace.Wait ? FirstWait : 2 * pace.Wait;
            _files[key] = new Pace(entry.Stamp, _time.GetTimestamp(), wait < WaitMax ? wait : WaitMax);
            return true;
        }
    }

    /// <summary>It was refused, and is scanned again when its time comes.</summary>
    internal bool IsWaiting(FileEntry entry)
    {
        lock (_gate) return _files.TryGetValue((entry.Root, entry.Path), out var pace) && pace.IsWaiting;
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void OnTimer()
    {
        lock (_gate)
        {
            foreach (var (key, pace) in _files.ToArray())
            {
                var since = _time.GetElapsedTime(pace.HashedAt);
                if (since < pace.Wait) continue;
                if (pace.IsWaiting)
                {
                    _files[key] = pace with { IsWaiting = false };
                    _queue.Add(key.Root, key.Path);
                    _pending.End();
                }
                else if (since > 2 * pace.Wait)
                {
                    _files.Remove(key);
                }
            }
            SetTimer();
        }
    }

    /// <summary>For the first that waits. A file that nothing waits for is forgotten when the next one's time comes.
    /// </summary>
    private void SetTimer()
    {
        TimeSpan? first = null;
        foreach (var pace in _files.Values)
        {
            if (!pace.IsWaiting) continue;
            var left = pace.Wait - _time.GetElapsedTime(pace.HashedAt);
            if (first is null || left < first) first = left;
        }
        if (first is { } wait) _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <param name="Stamp">When it was hashed, or queued for that.</param>
    private readonly record struct Pace(FileStamp Stamp, long HashedAt, TimeSpan Wait, bool IsWaiting = false);
}
