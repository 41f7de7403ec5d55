using Ferry.App.Commands;

namespace Ferry.App.Shell;

/// <summary>A command of a shell, which may go on when the prompt is back.</summary>
internal sealed class BackgroundCommand(CancellationToken ends) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(ends);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private Task _run = Task.CompletedTask;
    private bool _isOver;

    public bool IsRunning => !_run.IsCompleted;

    public Task DoneOrReleased => Task.WhenAny(_run, _released.Task);

    public void Start(Func<CancellationToken, Task<ExitCode>> run) => _run = run(_stop.Token);

    /// <summary>The prompt may come back.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>Ctrl-C comes when it pleases, also when the command has just ended.</summary>
    public void Interrupt()
    {
        lock (_gate)
        {
            if (!_isOver) _stop.Cancel();
        }
    }

    /// <summary>Waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _run;
        lock (_gate)
        {
            _isOver = true;
            _stop.Dispose();
        }
    }
}
