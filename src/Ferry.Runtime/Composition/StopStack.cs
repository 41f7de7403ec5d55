using System.Runtime.ExceptionServices;

namespace Ferry.Runtime.Composition;

/// <summary>How to stop what was started: the last first.</summary>
internal sealed class StopStack : IAsyncDisposable
{
    private readonly Stack<Func<Task>> _stops = new();

    public T Keep<T>(T part)
        where T : notnull
    {
        switch (part)
        {
            case IAsyncDisposable later: Push(() => later.DisposeAsync().AsTask()); break;
            case IDisposable now: Push(now.Dispose); break;
            default: throw new ArgumentException($"{typeof(T).Name} has nothing to stop", nameof(part));
        }
        return part;
    }

    public void Push(Func<Task> stop) => _stops.Push(stop);

    public void Push(Action stop) => _stops.Push(() =>
    {
        stop();
        return Task.CompletedTask;
    });

    /// <remarks>A part that cannot stop well (the disk is full) must not keep the others from their end.</remarks>
    public async ValueTask DisposeAsync()
    {
        ExceptionDispatchInfo? first = null;
        while (_stops.TryPop(out var stop))
        {
            try
            {
                await stop();
            }
#pragma warning disable CA1031 // Not swallowed: thrown again at the end.
            catch (Exception e)
#pragma warning restore CA1031
            {
                first ??= ExceptionDispatchInfo.Capture(e);
            }
        }
        first?.Throw();
    }
}
