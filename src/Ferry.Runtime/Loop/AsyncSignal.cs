namespace Ferry.Runtime.Loop;

/// <summary>
/// Wakes one waiter. However often it is set meanwhile, the waiter is woken once: it has to look at everything that it
/// may have been woken for, and nothing that was done before a <see cref="Set"/> escapes it.
/// </summary>
internal sealed class AsyncSignal
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _set = NewSource();

    public void Set()
    {
        lock (_gate) _set.TrySetResult();
    }

    /// <summary>Until it is set, or has been since the last wait.</summary>
    public async Task WaitAsync(CancellationToken cancel)
    {
        await Next().WaitAsync(cancel);
        Reset();
    }

    /// <summary>The same, but no longer than the limit.</summary>
    public async Task WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancel)
    {
        await Task.WhenAny(Next(), Task.Delay(limit, time, cancel));
        cancel.ThrowIfCancellationRequested();
        Reset();
    }

    private Task Next()
    {
        lock (_gate) return _set.Task;
    }

    private void Reset()
    {
        lock (_gate)
        {
            if (_set.Task.IsCompleted) _set = NewSource();
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
