using System.Collections.Concurrent;
using Ferry.Runtime.Loop;

namespace Ferry.Runtime.Workers;

/// <summary>
/// A bounded queue and the threads that process it in order. The threads are its own: disk work blocks, and on the
/// thread pool it would delay the links.
/// </summary>
internal sealed class WorkerQueue<T> : IDisposable
{
    private readonly BlockingCollection<T> _queue;
    private readonly Action<T> _work;
    private readonly string _part;
    private readonly NodeLife _life;

    /// <param name="part">What the work is, for people: "committing".</param>
    public WorkerQueue(string part, int threads, int itemsMax, Action<T> work, NodeLife life)
    {
        _queue = new BlockingCollection<T>(itemsMax);
        (_part, _work, _life) = (part, work, life);
        Completion = Task.WhenAll(Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
            Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }

    /// <summary>Ends after <see cref="Complete"/>, when all that was posted is done. Never faults.</summary>
    public Task Completion { get; }

    /// <summary>Items that are not being processed yet.</summary>
    public int Waiting => _queue.Count;

    /// <summary>False when the queue is full.</summary>
    public bool TryPost(T item) => _queue.TryAdd(item);

    /// <summary>No more will be posted.</summary>
    public void Complete() => _queue.CompleteAdding();

    public void Dispose() => _queue.Dispose();

    private void Run()
    {
        foreach (var item in _queue.GetConsumingEnumerable()) _life.Run(_part, () => _work(item));
    }
}
