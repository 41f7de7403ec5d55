namespace Ferry.Protocol;

/// <param name="RoundTrip">Null before the first heartbeat came back.</param>
public sealed record NeighbourStatus(
    LinkId Link, NodeId Node, string Nickname, string Transport, string Address, bool Dialed, long Rate,
    TimeSpan? RoundTrip, TimeSpan Age);

public sealed record RouteStatus(
    NodeId Destination, NodeId NextHop, LinkId Link, int Hops, TimeSpan Metric, string Transport, TimeSpan Age,
    bool Selected);
