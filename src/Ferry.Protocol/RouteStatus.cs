using Ferry.Protocol.Values;

namespace Ferry.Protocol;

/// <param name="Metric">What this node expects the way to take for a mebibyte.</param>
/// <param name="FirstHop">The part of it between this node and the next hop.</param>
/// <param name="Transport">What carries bulk to the next hop, such as <c>tcp+bluetooth</c>.</param>
public sealed record RouteStatus(
    NodeId Destination, NodeId NextHop, int Hops, TimeSpan Metric, TimeSpan FirstHop, string Transport, TimeSpan Age,
    RouteVerdict Verdict);

/// <summary>Why a way to a destination is taken or not.</summary>
public enum RouteVerdict
{
    /// <summary>Everything for the destination goes this way.</summary>
    InUse,

    /// <summary>It costs more than the way in use.</summary>
    Dearer,

    /// <summary>It costs less, but not by a fifth: for less than that traffic does not move.</summary>
    HardlyCheaper,

    /// <summary>Its neighbour is not nearer than this node has been: it might lead back here.</summary>
    MayLoop,
}
