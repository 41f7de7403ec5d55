using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Routing;

/// <summary>One way to a destination: what a neighbour last said of it.</summary>
internal sealed class Route(NodeId nextHop)
{
    public NodeId NextHop { get; } = nextHop;

    /// <summary>The destination's sequence number in what was said.</summary>
    public ulong Sequence { get; private set; }

    /// <summary>The neighbour's own metric to the destination.</summary>
    public uint Advertised { get; private set; }

    /// <summary>Links from here to the destination.</summary>
    public int Hops { get; private set; }
    public Instant HeardAt { get; private set; }

    public void Update(Instant now, in Envelope envelope)
    {
        Sequence = envelope.Sequence;
        Advertised = envelope.MetricMicroseconds;
        Hops = envelope.Hops + 1;
        HeardAt = now;
    }
}
