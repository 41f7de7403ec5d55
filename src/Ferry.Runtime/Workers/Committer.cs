using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Runtime.Diagnostics;
using Ferry.Runtime.Loop;
using Ferry.Storage.Store;

namespace Ferry.Runtime.Workers;

/// <summary>
/// Makes chunks durable on a thread of its own, when the <see cref="CommitPolicy"/> says; what is written while a
/// commit is under way makes up the next.
/// </summary>
internal sealed class Committer : IAsyncDisposable
{
    private static readonly TimeSpan Never = Timeout.InfiniteTimeSpan;

    private readonly ContentStore _store;
    private readonly LoopInbox _inbox;
    private readonly NodeMeter _meter;
    private readonly TimeProvider _time;
    private readonly NodeClock _clock;
    private readonly WorkerQueue<bool> _queue;
    private readonly Lock _commit = new();
    private readonly Lock _gate = new();
    private readonly CommitPolicy _policy = new();
    private readonly ITimer _alarm;

    public Committer(ContentStore store, LoopInbox inbox, NodeLife life, NodeMeter meter, TimeProvider time)
    {
        _meter = meter;
        _store = store;
        _inbox = inbox;
        _time = time;
        _clock = new NodeClock(time);
        // One request waits at most, for the policy asks once for each commit.
        _queue = new WorkerQueue<bool>("committing", 1, 1, _ => CommitNow(), life);
        _alarm = time.CreateTimer(
            static committer => ((Committer)committer!).OnAlarm(), this, Never, Never);
    }

    /// <summary>A piece was persisted.</summary>
    /// <param name="moreWait">Other pieces wait to be persisted.</param>
    public void AfterPiece(bool moreWait)
    {
        lock (_gate)
        {
            var now = _clock.Now;
            if (_policy.AfterPiece(now, _store.UncommittedBytes, _store.HasWholeUncommitted, moreWait))
                StartOrWait(now);
        }
    }

    /// <summary>Returns when all that was written before is durable.</summary>
    public void CommitNow()
    {
        lock (_gate) _policy.Started(_clock.Now);
        lock (_commit)
        {
            if (_store.UncommittedBytes == 0) return;
            var results = new List<StorageResult>();
            var started = _time.GetTimestamp();
            _store.Commit(results);
            _meter.OnFlush(_time.GetElapsedTime(started));
            foreach (var result in results) _inbox.PostResult(new Input.Stored(result));
        }
    }

    /// <summary>
    /// A timer counts by a coarser clock and may be early; and a commit that started meanwhile has made it pointless.
    /// </summary>
    private void OnAlarm()
    {
        lock (_gate) StartOrWait(_clock.Now);
    }

    private void StartOrWait(Instant now)
    {
        if (_policy.Due == Instant.Never) return;
        if (_policy.Due <= now) _queue.TryPost(true);
        else _alarm.Change(TimeSpan.FromMilliseconds(Math.Ceiling((_policy.Due - now).TotalMilliseconds)), Never);
    }

    /// <summary>Commits what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        await _alarm.DisposeAsync();
        _queue.Complete();
        await _queue.Completion;
        _queue.Dispose();
        CommitNow();
    }
}
