namespace Ferry.Runtime.Loop;

/// <summary>One reason for the end of a node: somebody stopped it, or a part of it threw. The first one wins.</summary>
internal sealed class NodeLife
{
    private readonly TaskCompletionSource<Exception?> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the node shall stop; the result is what threw, null when somebody stopped it.</summary>
    public Task<Exception?> End => _end.Task;

    public void Stop() => _end.TrySetResult(null);

    public void Fail(Exception fault) => _end.TrySetResult(fault);
}
