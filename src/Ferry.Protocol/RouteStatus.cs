using Ferry.Protocol.Values;

namespace Ferry.Protocol;

/// <param name="Metric">The time this node expects a mebibyte to take.</param>
/// <param name="FirstHop">The part of it between this node and the next hop.</param>
/// <param name="Transport">What carries bulk to the next hop, such as <c>tcp+bluetooth</c>.</param>
public sealed record RouteStatus(
    NodeId Destination, NodeId NextHop, int Hops, TimeSpan Metric, TimeSpan FirstHop, string Transport, TimeSpan Age,
    RouteVerdict Verdict);

/// <summary>Why a route to a destination is used or not.</summary>
public enum RouteVerdict
{
    /// <summary>Everything for the destination takes this route.</summary>
    InUse,

    /// <summary>It costs more than the route in use.</summary>
    Dearer,

    /// <summary>It costs less, but not by a fifth: below that traffic does not move.</summary>
    HardlyCheaper,

    /// <summary>
    /// It is not feasible: its neighbour's metric is not smaller than the smallest this node advertised, so it could
    /// loop.
    /// </summary>
    MayLoop,
}
