namespace Ferry.Storage.Shares;

/// <summary>Counts work that was asked for and is not done, so that somebody can wait for the end of it.</summary>
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

    /// <summary>Ends as soon as nothing is outstanding.</summary>
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
