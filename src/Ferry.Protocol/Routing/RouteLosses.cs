using Ferry.Protocol.Values;

namespace Ferry.Protocol.Routing;

/// <param name="Unreachable">No feasible route is left.</param>
/// <param name="Rerouted">Another route is used from now on; what was in flight on the old one may be lost.</param>
internal sealed record RouteLosses(List<NodeId> Unreachable, List<NodeId> Rerouted);
