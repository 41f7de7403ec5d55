using Ferry.Protocol;
using Ferry.Protocol.Values;

namespace Ferry.Runtime.Loop;

/// <summary>A call to be run on the loop, the only place where the core may be touched.</summary>
internal abstract class LoopCall
{
    public abstract void Run(Engine engine, Instant now, Outbox outbox);

    /// <summary>The loop has ended before it came to this call.</summary>
    public abstract void Abandon();
}

internal sealed class LoopCall<T>(Func<Engine, Instant, Outbox, T> act) : LoopCall
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Result => _result.Task;

    public override void Run(Engine engine, Instant now, Outbox outbox)
    {
        try
        {
            _result.TrySetResult(act(engine, now, outbox));
        }
        catch (Exception e)
        {
            // Faults the caller's task as well, so that it does not wait for ever; the loop stops the node.
            _result.TrySetException(e);
            throw;
        }
    }

    public override void Abandon() =>
        _result.TrySetException(new FerryException(FailureKind.Failed, "this node is stopping"));
}
