using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Home;
using Ferry.Transports.Secure;

namespace Ferry.Runtime.Links;

/// <summary>
/// Which nodes may link to this one. A node that its user joins is admitted; of nodes that connect by themselves, an
/// open node admits all, and any other those that the user trusts or has joined, and a neighbour that makes a further
/// link. Whom the user blocks gets no link either way, nor for a while who brought an error of this node about.
/// </summary>
/// <param name="isFamiliar">The user has joined it, or it is linked now.</param>
internal sealed class Admission(
    bool open, string nickname, KnownNodes known, Quarantine quarantine, Func<NodeId, bool> isFamiliar)
{
    private readonly AdmissionResult _admitted = new AdmissionResult.Admitted();

    /// <summary>For a node that answers at an address the user joined.</summary>
    public AdmissionResult OfJoined(Join peer, NodeId node) => KeptOut(node) ?? _admitted;

    /// <summary>For a node that connected by itself.</summary>
    public AdmissionResult OfGuest(Join peer, NodeId node)
    {
        if (KeptOut(node) is { } refused) return refused;
        if (open || known.IsTrusted(node) || isFamiliar(node)) return _admitted;
        return new AdmissionResult.Refused(
            $"{nickname} admits no unknown nodes: its user has to trust {Fingerprint.Of(node)} ({peer.Nickname}), "
                + "or to start it with --open");
    }

    private AdmissionResult.Refused? KeptOut(NodeId node)
    {
        if (known.IsBlocked(node)) return new($"{nickname} keeps this node out");
        if (quarantine.Of(node) is not { } left) return null;
        return new(
            $"{nickname} had an error with what this node sent: try again in {Math.Ceiling(left.TotalMinutes)} min");
    }
}
