using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Transports.Secure;

namespace Ferry.Runtime.Links;

/// <summary>
/// Which nodes may link to this one. A node that its user joins is admitted; of nodes that connect by themselves, an
/// open node admits all, and any other only a neighbour that makes a further link.
/// </summary>
internal sealed class Admission(bool open, string nickname, Func<NodeId, bool> isNeighbour)
{
    private readonly AdmissionResult _admitted = new AdmissionResult.Admitted();

    /// <summary>For a node that answers at an address the user joined.</summary>
    public AdmissionResult OfJoined(Join peer, NodeId node) => _admitted;

    /// <summary>For a node that connected by itself.</summary>
    public AdmissionResult OfGuest(Join peer, NodeId node) => open || isNeighbour(node)
        ? _admitted
        : new AdmissionResult.Refused(
            $"{nickname} admits no unknown nodes: "
                + $"its user has to start it with --open to let {peer.Nickname} ({node.Short}) in");
}
