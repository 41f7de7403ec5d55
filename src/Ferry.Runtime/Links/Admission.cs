using Ferry.Protocol;
using Ferry.Protocol.Wire;
using Ferry.Transports.Secure;

namespace Ferry.Runtime.Links;

/// <summary>Who may link to this node: on an open one everybody, otherwise nobody it does not know.</summary>
internal sealed class Admission(bool open, string nickname)
{
    private readonly AdmissionResult _admitted = new AdmissionResult.Admitted();

    public AdmissionResult Decide(Join peer, NodeId node) => open
        ? _admitted
        : new AdmissionResult.Refused(
            $"{nickname} admits no unknown nodes: its user has to start it with --open to let {peer.Nickname} ({node.Short}) in.");
}
