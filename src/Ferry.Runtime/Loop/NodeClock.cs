using Ferry.Protocol.Values;

namespace Ferry.Runtime.Loop;

/// <summary>The node's monotonic clock: what the core knows as time.</summary>
internal sealed class NodeClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    public Instant Now => new(time.GetElapsedTime(_start).Ticks / TimeSpan.TicksPerMicrosecond);
}
