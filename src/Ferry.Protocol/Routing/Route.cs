using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Routing;

/// <summary>One route to a destination: what a neighbour last advertised.</summary>
internal sealed class Route(NodeId nextHop)
{
    public NodeId NextHop { get; } = nextHop;

    /// <summary>The destination's sequence number in the advertisement.</summary>
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
