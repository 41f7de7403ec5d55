using Ferry.Runtime.Diagnostics;
using Ferry.Runtime.Home;
using Ferry.Runtime.Links;
using Ferry.Runtime.Loop;
using Ferry.Runtime.Requests;

namespace Ferry.Runtime.Composition;

/// <summary>A node that has started: what its users ask of, and what ends it.</summary>
/// <param name="Home">Stays locked until the node is disposed.</param>
/// <param name="Stops">Ends everything but the home.</param>
internal sealed record NodeParts(
    HomeFolder Home, NodeLife Life, StopStack Stops, Membership Membership, NetworkViews Network, Searches Searches,
    FileRequests Requests, Shares Shares, Transfers Transfers, NodeStatus Status, Diagnosis Diagnosis);

/// <summary>The part of a node that makes links.</summary>
internal sealed record NodeNetwork(
    Membership Membership, Listeners Listeners, Connector Connector, NetworkViews Views);
