using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Transports.Secure;

namespace Ferry.Runtime.Links;

/// <summary>
/// Which nodes may link to this one. A node that its user joins is admitted; of nodes that connect by themselves, an
/// open node admits all, and any other only a neighbour that makes a further link. Nobody is admitted who brought an
/// error of this node about a while ago.
/// </summary>
internal sealed class Admission(bool open, string nickname, Func<NodeId, bool> isNeighbour, Quarantine quarantine)
{
    private readonly AdmissionResult _admitted = new AdmissionResult.Admitted();

    /// <summary>For a node that answers at an address the user joined.</summary>
    public AdmissionResult OfJoined(Join peer, NodeId node) => KeptOut(node) ?? _admitted;

    /// <summary>For a node that connected by itself.</summary>
    public AdmissionResult OfGuest(Join peer, NodeId node)
    {
        if (KeptOut(node) is { } refused) return refused;
        return open || isNeighbour(node)
            ? _admitted
            : new AdmissionResult.Refused(
                $"{nickname} admits no unknown nodes: "
                    + $"its user has to start it with --open to let {peer.Nickname} ({node.Short}) in");
    }

    private AdmissionResult.Refused? KeptOut(NodeId node) => quarantine.Of(node) is { } left
        ? new AdmissionResult.Refused(
            $"{nickname} had an error with what {node.Short} sent: try again in {Math.Ceiling(left.TotalMinutes)} min")
        : null;
}
