namespace Ferry.Runtime.Loop;

/// <summary>Why a node ends: it was stopped, or a part of it threw. The first reason wins.</summary>
internal sealed class NodeLife
{
    private readonly TaskCompletionSource<Exception?> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Completes when the node must stop; with the exception that ended it, or null when it was stopped.
    /// </summary>
    public Task<Exception?> End => _end.Task;

    public void Stop() => _end.TrySetResult(null);

    public void Fail(Exception fault) => _end.TrySetResult(fault);
}
