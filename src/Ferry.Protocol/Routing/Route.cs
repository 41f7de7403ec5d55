using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Routing;

/// <summary>One route to a destination: what a neighbour last advertised.</summary>
internal sealed class Route(NodeId nextHop)
{
    private bool _isKnown;

    public NodeId NextHop { get; } = nextHop;

    /// <summary>The destination's sequence number in the advertisement.</summary>
    public ulong Sequence { get; private set; }

    /// <summary>The neighbour's own metric to the destination.</summary>
    public uint Advertised { get; private set; }

    /// <summary>Links from here to the destination.</summary>
    public int Hops { get; private set; }
    public Instant HeardAt { get; private set; }

    /// <summary>Whether it says less than what is known already.</summary>
    public bool IsOld(in Envelope envelope) => _isKnown && SequenceNumber.IsNewer(Sequence, envelope.Sequence);

    public void Update(Instant now, in Envelope envelope)
    {
        _isKnown = true;
        Sequence = envelope.Sequence;
        Advertised = envelope.MetricMicroseconds;
        Hops = envelope.Hops + 1;
        HeardAt = now;
    }
}
