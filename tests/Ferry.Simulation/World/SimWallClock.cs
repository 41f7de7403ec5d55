namespace Ferry.Simulation.World;

/// <summary>The wall clock of all nodes: virtual time counted from a day that never changes.</summary>
internal sealed class SimWallClock(SimWorld world) : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Epoch + TimeSpan.FromMicroseconds(world.Now);
    public override long GetTimestamp() => world.Now;
    public override long TimestampFrequency => 1_000_000;
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new SimFailure("storage started a timer: it must be synchronous");
}
