namespace Ferry.Protocol.Values;

/// <summary>A moment on the node's monotonic clock, in microseconds since the node started. Never wall time.</summary>
public readonly record struct Instant(long Microseconds) : IComparable<Instant>
{
    public static readonly Instant Never = new(long.MaxValue);

    public static Instant operator +(Instant start, TimeSpan span) => new(start.Microseconds + span.Ticks / 10);
    public static Instant operator -(Instant end, TimeSpan span) => new(end.Microseconds - span.Ticks / 10);
    public static TimeSpan operator -(Instant end, Instant start) =>
        new((end.Microseconds - start.Microseconds) * 10);

    public static bool operator <(Instant left, Instant right) => left.Microseconds < right.Microseconds;
    public static bool operator >(Instant left, Instant right) => left.Microseconds > right.Microseconds;
    public static bool operator <=(Instant left, Instant right) => left.Microseconds <= right.Microseconds;
    public static bool operator >=(Instant left, Instant right) => left.Microseconds >= right.Microseconds;

    public int CompareTo(Instant other) => Microseconds.CompareTo(other.Microseconds);
    public static Instant Min(Instant left, Instant right) => left < right ? left : right;
    public static Instant Max(Instant left, Instant right) => left > right ? left : right;

    public static Instant Earliest(params ReadOnlySpan<Instant> instants)
    {
        var earliest = Never;
        foreach (var instant in instants) earliest = Min(earliest, instant);
        return earliest;
    }
}
