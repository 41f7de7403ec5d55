using Ferry.Protocol.Values;

namespace Ferry.Protocol;

/// <param name="RoundTrip">Null before the first heartbeat came back.</param>
public sealed record LinkStatus(
    LinkId Link, NodeId Node, string Nickname, string Transport, string Address, bool Dialed, long Rate,
    TimeSpan? RoundTrip, TimeSpan Age, LinkRole Role);

/// <summary>What a link does beside the others to the same neighbour.</summary>
public enum LinkRole
{
    /// <summary>Carries bulk, alone or together with others.</summary>
    Bulk,

    /// <summary>Too slow beside the others, or stalled: takes over when they go down.</summary>
    Standby,

    /// <summary>A newer link over the same path is used instead.</summary>
    Replaced,
}
