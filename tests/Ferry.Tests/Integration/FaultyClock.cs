namespace Ferry.Tests.Integration;

/// <summary>Throws when it is told to, as an error inside the node would: every part of it looks at a clock.</summary>
internal sealed class FaultyClock : TimeProvider
{
    private int _failures;

    public void FailOnce() => Interlocked.Exchange(ref _failures, 1);

    public void FailAlways() => Interlocked.Exchange(ref _failures, int.MaxValue);

    public override long GetTimestamp()
    {
        if (Volatile.Read(ref _failures) > 0 && IsLoop() && Interlocked.Decrement(ref _failures) >= 0)
            throw new InvalidOperationException("the clock is broken");
        return base.GetTimestamp();
    }

    /// <summary>
    /// The loop by itself: not the core, whose turns are timed when somebody looks on, since what fails there fails
    /// because of a neighbour.
    /// </summary>
    private static bool IsLoop()
    {
        var stack = Environment.StackTrace;
        return stack.Contains("NodeLoop", StringComparison.Ordinal)
            && !stack.Contains("RecordedCore", StringComparison.Ordinal);
    }
}
