using Ferry.Protocol.Values;

namespace Ferry.Protocol.Routing;

/// <summary>
/// What is known of one destination: the routes to it, and the feasibility distance, which is the smallest metric this
/// node ever advertised under the newest sequence number (RFC 8966 §2.4). A route is feasible when its neighbour
/// advertised a smaller metric than that, or a newer number: along feasible routes the distance falls at every hop, so
/// no loop can form.
/// </summary>
internal sealed class Destination
{
    private ulong _feasibleSequence;
    private uint _feasibleMetric = uint.MaxValue;

    public List<Route> Routes { get; } = [];

    /// <summary>The route in use; it changes only for a better one by a fifth, or when it is gone.</summary>
    public Route? Selected { get; set; }
    public Instant TouchedAt { get; set; }

    /// <summary>The number that an answer to a route request must reach to be of use here.</summary>
    public ulong SequenceWanted => _feasibleSequence + 1;

    public bool IsFeasible(Route route) =>
        route.Sequence > _feasibleSequence
        || (route.Sequence == _feasibleSequence && route.Advertised < _feasibleMetric);

    public void OnAdvertised(ulong sequence, uint metric)
    {
        if (sequence < _feasibleSequence) return;
        _feasibleMetric = sequence > _feasibleSequence ? metric : Math.Min(_feasibleMetric, metric);
        _feasibleSequence = sequence;
    }
}
