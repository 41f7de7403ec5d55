using Ferry.Protocol.Values;

namespace Ferry.Runtime.Loop;

/// <summary>An error of this node that what a neighbour sent has brought about.</summary>
internal sealed class NeighbourFaultException(NodeId neighbour, Exception fault)
    : Exception($"what {neighbour.Short} sent could not be handled: {fault.Message}", fault)
{
    public NodeId Neighbour { get; } = neighbour;

    /// <summary>The neighbour that brought the fault about; null when none is known to have done so.</summary>
    public static NodeId? CauseOf(Exception fault)
    {
        for (var e = fault; e is not null; e = e.InnerException)
            if (e is NeighbourFaultException caused) return caused.Neighbour;
        return null;
    }
}
