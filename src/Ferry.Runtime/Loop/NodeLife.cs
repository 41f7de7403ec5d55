namespace Ferry.Runtime.Loop;

/// <summary>Why a run of a node ends: it was stopped, or a part of it threw. The first reason wins.</summary>
internal sealed class NodeLife
{
    private readonly TaskCompletionSource<Exception?> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Completes when the node must stop; with the exception that ended it, or null when it was stopped.
    /// </summary>
    public Task<Exception?> End => _end.Task;

    public void Stop() => _end.TrySetResult(null);

    /// <summary>
    /// Runs a part of the node beside its caller, until it is done or told to stop. The task never faults: what a part
    /// throws stops the node: a <see cref="FerryException"/> is for its user, anything else a bug of ours.
    /// </summary>
    /// <param name="part">Names it where the node tells why it stopped.</param>
    public async Task RunAsync(string part, Func<CancellationToken, Task> work, CancellationToken stop)
    {
        // The caller may hold a lock.
        await Task.Yield();
        try
        {
            await work(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop: the usual end.
        }
#pragma warning disable CA1031 // Not swallowed: the node stops with it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(part, e);
        }
    }

    /// <summary>Does one piece of a part's work on the caller's thread; what it throws stops the node.</summary>
    public void Run(string part, Action work)
    {
        try
        {
            work();
        }
#pragma warning disable CA1031 // Not swallowed: the node stops with it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(part, e);
        }
    }

    /// <summary>What a user can act on is told as it is.</summary>
    private void Fail(string part, Exception fault) => _end.TrySetResult(
        fault is FerryException ? fault : new InvalidOperationException($"{part} failed: {fault.Message}", fault));
}
