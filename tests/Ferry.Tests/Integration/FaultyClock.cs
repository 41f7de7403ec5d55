namespace Ferry.Tests.Integration;

/// <summary>Throws when it is told to, as an error inside the node would: every part of it looks at a clock.</summary>
internal sealed class FaultyClock : TimeProvider
{
    private int _failures;

    public void FailOnce() => Interlocked.Exchange(ref _failures, 1);

    public void FailAlways() => Interlocked.Exchange(ref _failures, int.MaxValue);

    public override long GetTimestamp()
    {
        // Whose stack it is tells the loop, which stands for what handles input from outside.
        if (Volatile.Read(ref _failures) > 0 && Environment.StackTrace.Contains("NodeLoop", StringComparison.Ordinal)
            && Interlocked.Decrement(ref _failures) >= 0)
        {
            throw new InvalidOperationException("the clock is broken");
        }
        return base.GetTimestamp();
    }
}
