namespace Ferry.Simulation.World;

/// <summary>
/// The wall clock of a node: virtual time counted from a day that never changes, and set by whoever likes. What runs on
/// it besides the time of day runs on steadily.
/// </summary>
internal sealed class SimWallClock(SimWorld world) : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private TimeSpan _off;

    public override DateTimeOffset GetUtcNow() => Epoch + TimeSpan.FromMicroseconds(world.Now) + _off;
    public override long GetTimestamp() => world.Now;
    public override long TimestampFrequency => 1_000_000;
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Forwards, or backwards when it is less than nothing.</summary>
    public void Jump(TimeSpan by) => _off += by;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new SimFailure("storage started a timer: it must be synchronous");
}
