using Ferry.Protocol;
using Ferry.Runtime.Loop;
using Ferry.Storage.Store;

namespace Ferry.Runtime.Workers;

/// <summary>
/// Makes chunks durable, many with one flush. A commit starts when 16 MiB have been written, 200 ms after the first of
/// them, or as soon as no piece waits; what is written while one is under way makes up the next. So a slow link gets
/// its ACKs at once, and a fast one pays for a flush only as often as the disk can do one.
/// </summary>
/// <remarks>
/// There is no timer for the 200 ms: as long as pieces wait, one that was persisted asks again, and when none waits
/// there is nothing to wait for.
/// </remarks>
internal sealed class Committer : IAsyncDisposable
{
    public const long CommitBytes = 16 * 1024 * 1024;
    public static readonly TimeSpan CommitAfter = TimeSpan.FromMilliseconds(200);

    private readonly ContentStore _store;
    private readonly LoopInbox _inbox;
    private readonly TimeProvider _time;
    private readonly WorkerQueue<bool> _queue;
    private readonly Lock _commit = new();
    private readonly Lock _gate = new();
    private long? _firstUncommitted;
    private bool _asked;

    public Committer(ContentStore store, LoopInbox inbox, Action<Exception> fault, TimeProvider time)
    {
        _store = store;
        _inbox = inbox;
        _time = time;
        _queue = new WorkerQueue<bool>(1, 1, _ => CommitNow(), fault);
    }

    /// <summary>A piece was persisted.</summary>
    /// <param name="moreWait">Other pieces wait to be persisted.</param>
    public void AfterPiece(bool moreWait)
    {
        var bytes = _store.UncommittedBytes;
        if (bytes == 0) return;
        lock (_gate)
        {
            _firstUncommitted ??= _time.GetTimestamp();
            var due = !moreWait || bytes >= CommitBytes || _time.GetElapsedTime(_firstUncommitted.Value) >= CommitAfter;
            if (!due || _asked) return;
            // One question waits at most, so the queue always has room for it.
            _asked = true;
            _queue.TryPost(true);
        }
    }

    /// <summary>Returns when all that was written before is durable.</summary>
    public void CommitNow()
    {
        lock (_gate)
        {
            _asked = false;
            _firstUncommitted = null;
        }
        lock (_commit)
        {
            if (_store.UncommittedBytes == 0) return;
            var results = new List<StorageResult>();
            _store.Commit(results);
            foreach (var result in results) _inbox.PostResult(new Input.Stored(result));
        }
    }

    /// <summary>Commits what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Complete();
        await _queue.Completion;
        _queue.Dispose();
        CommitNow();
    }
}
