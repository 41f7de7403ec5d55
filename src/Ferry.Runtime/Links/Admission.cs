using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Transports.Secure;

namespace Ferry.Runtime.Links;

/// <summary>
/// Who may link to this node. Whom its user joins is admitted by that; of those who come by themselves, an open node
/// admits everybody, and any other only who is its neighbour already and wants a further link.
/// </summary>
internal sealed class Admission(bool open, string nickname, Func<NodeId, bool> isNeighbour)
{
    private readonly AdmissionResult _admitted = new AdmissionResult.Admitted();

    /// <summary>For a node that answers where the user sent us.</summary>
    public AdmissionResult OfJoined(Join peer, NodeId node) => _admitted;

    /// <summary>For a node that came by itself.</summary>
    public AdmissionResult OfGuest(Join peer, NodeId node) => open || isNeighbour(node)
        ? _admitted
        : new AdmissionResult.Refused(
            $"{nickname} admits no unknown nodes: "
                + $"its user has to start it with --open to let {peer.Nickname} ({node.Short}) in.");
}
