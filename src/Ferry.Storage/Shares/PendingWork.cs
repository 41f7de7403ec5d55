namespace Ferry.Storage.Shares;

/// <summary>Counts requested work that is not done, so that a caller can wait for all of it.</summary>
internal sealed class PendingWork
{
    private readonly Lock _gate = new();
    private int _count;
    private TaskCompletionSource? _idle;

    internal void Begin()
    {
        lock (_gate) _count++;
    }

    internal void End(int count = 1)
    {
        TaskCompletionSource? idle = null;
        lock (_gate)
        {
            _count -= count;
            ArgumentOutOfRangeException.ThrowIfNegative(_count);
            if (_count == 0) (idle, _idle) = (_idle, null);
        }
        idle?.SetResult();
    }

    /// <summary>Completes when no work is pending.</summary>
    internal Task WhenNone()
    {
        lock (_gate)
        {
            if (_count == 0) return Task.CompletedTask;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }
}
