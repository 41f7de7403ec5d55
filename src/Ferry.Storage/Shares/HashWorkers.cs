using System.Collections.Concurrent;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;

namespace Ferry.Storage.Shares;

/// <summary>
/// The threads that hash. Threads of their own, since they do nothing but block on the disk and compute: on the thread
/// pool of a two-core machine they would leave no thread to the network. Results are saved in batches: when there is
/// nothing left to hash, and at least every <see cref="BatchFilesMax"/> files or <see cref="BatchBytesMax"/> bytes.
///
/// The queue is short. What it has no room for waits in the index as not hashed yet, and is read from there when the
/// queue is empty.
/// </summary>
/// <param name="mustWait">Is it not the entry's turn yet (see <see cref="HashPace"/>)?</param>
/// <param name="hashed">Told when files of a root have been hashed.</param>
internal sealed class HashWorkers(
    ShareStore store, PendingWork pending, Func<FileEntry, bool> mustWait, Action<ShareRoot> hashed) : IDisposable
{
    private const int QueueMax = 5000;
    private const int BatchFilesMax = 2000;
    private const long BatchBytesMax = 256L << 20;

    private readonly BlockingCollection<(FileEntry Entry, FileStamp Stamp)> _queue = [];
    private readonly ConcurrentDictionary<FileEntry, byte> _queued = new();
    private readonly ConcurrentDictionary<(ShareRoot Root, string Path), long> _underWay = new();
    private readonly Lock _gate = new();

    /// <summary>Which entries of the index are read next, in this order; empty when none wait there.</summary>
    private readonly Queue<ShareState> _waiting = [];
    private long _waitingAfter;
    private long _filesHashed;

    /// <summary>Files read and hashed since the start; what the index knew does not count.</summary>
    internal long FilesHashed => Interlocked.Read(ref _filesHashed);

    internal long BytesUnderWay(ShareRoot root) =>
        _underWay.Where(file => file.Key.Root == root).Sum(file => file.Value);

    internal long BytesUnderWay(FileEntry entry) => _underWay.GetValueOrDefault((entry.Root, entry.Path));

    /// <summary>
    /// Queues the entry; it is skipped if it has been replaced before its turn comes. Idempotent while it is queued. An
    /// entry that is ready is looked at again, and stays ready meanwhile. That, and another look at what is unreadable,
    /// is left to the next scan when the queue is full.
    /// </summary>
    /// <param name="stamp">What the file looks like now.</param>
    internal void Add(FileEntry entry, FileStamp stamp)
    {
        if (_queue.Count < QueueMax) Enqueue(entry, stamp);
        else if (entry.State is ShareState.Hashing or ShareState.Changed) ReadAllThatWait();
    }

    /// <summary>Runs until cancelled.</summary>
    internal void Work(CancellationToken cancel)
    {
        var hasher = new FileHasher();
        var batch = new Batch();
        while (true)
        {
            if (!_queue.TryTake(out var next))
            {
                if (TryReadSome()) continue;
                Write(batch);
                next = _queue.Take(cancel);
            }
            batch.Taken.Add(next.Entry);
            if (store.Table.Find(next.Entry.Root, next.Entry.Path) == next.Entry)
                Hash(hasher, next.Entry, next.Stamp, batch, cancel);
            if (batch.Taken.Count >= BatchFilesMax || batch.Bytes >= BatchBytesMax) Write(batch);
        }
    }

    public void Dispose() => _queue.Dispose();

    private void Enqueue(FileEntry entry, FileStamp stamp)
    {
        if (!_queued.TryAdd(entry, 0)) return;
        pending.Begin();
        _queue.Add((entry, stamp));
    }

    private void ReadAllThatWait()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0) pending.Begin();
            _waiting.Clear();
            _waiting.Enqueue(ShareState.Hashing);
            _waiting.Enqueue(ShareState.Changed);
            _waitingAfter = 0;
        }
    }

    /// <summary>False when nothing waits in the index.</summary>
    private bool TryReadSome()
    {
        lock (_gate)
        {
            if (!_waiting.TryPeek(out var state)) return false;
            var page = store.Table.Unhashed(state, _waitingAfter);
            foreach (var (id, entry) in page)
            {
                _waitingAfter = id;
                if (entry is { IsFolder: false } && !mustWait(entry)) Enqueue(entry, entry.Stamp);
            }
            if (page.Count > 0) return true;
            _waitingAfter = 0;
            _waiting.Dequeue();
            if (_waiting.Count == 0) pending.End();
            return _waiting.Count > 0;
        }
    }

    private void Hash(
        FileHasher hasher, FileEntry entry, FileStamp stamp, Batch batch, CancellationToken cancel)
    {
        var isReady = entry.State == ShareState.Ready;
        if (!isReady && store.Table.Duplicate(entry) is { Content: { } content })
        {
            var ready = entry with { State = ShareState.Ready, Content = content, Reason = null };
            batch.Changes.Add(new EntryChange(entry, ready));
            return;
        }
        var key = (entry.Root, entry.Path);
        var outcome = hasher.Hash(
            entry.Path, stamp, bytes => _underWay[key] = isReady ? 0 : bytes, cancel);
        _underWay.TryRemove(key, out _);
        batch.Bytes += entry.Stamp.Length;
        switch (outcome)
        {
            case HashOutcome.Done done:
                Interlocked.Increment(ref _filesHashed);
                batch.Manifests.Add(done.Manifest);
                batch.Changes.Add(new EntryChange(entry, AfterHash(entry with { Stamp = stamp }, done.Manifest)));
                break;
            case HashOutcome.Gone:
                batch.Changes.Add(new EntryChange(entry, null));
                break;
            case HashOutcome.Failed failed when entry.Reason != failed.Reason || entry.State != ShareState.Unreadable:
                var unreadable = entry with { State = ShareState.Unreadable, Content = null, Reason = failed.Reason };
                batch.Changes.Add(new EntryChange(entry, unreadable));
                break;
            case HashOutcome.Changed when isReady && FileStamps.OfFile(entry.Path) is { } now
                && now.HasBytesOf(entry.Stamp):
                break; // Touched once more while it was read: the next scan finds it.
            case HashOutcome.Changed:
                // The watcher reports the change; without one the next rescan finds the new stamp.
                batch.Changes.Add(new EntryChange(entry, entry with { State = ShareState.Changed }));
                break;
        }
    }

    /// <summary>
    /// A download is offered for its content, not its path: a file that its user has changed since was never shared.
    /// </summary>
    private static FileEntry? AfterHash(FileEntry entry, Manifest manifest) =>
        entry.Root.IsDownloads && entry.Content is { } content && content != manifest.Id
            ? null : entry with { State = ShareState.Ready, Content = manifest.Id, Reason = null };

    private void Write(Batch batch)
    {
        if (batch.Taken.Count == 0) return;
        store.Make(batch.Changes, batch.Manifests);
        foreach (var entry in batch.Taken) _queued.TryRemove(entry, out _);
        foreach (var root in batch.Taken.Select(entry => entry.Root).Distinct()) hashed(root);
        pending.End(batch.Taken.Count);
        batch.Clear();
    }

    private sealed class Batch
    {
        internal List<FileEntry> Taken { get; } = [];
        internal List<EntryChange> Changes { get; } = [];
        internal List<Manifest> Manifests { get; } = [];
        internal long Bytes { get; set; }

        internal void Clear()
        {
            Taken.Clear();
            Changes.Clear();
            Manifests.Clear();
            Bytes = 0;
        }
    }
}
