using Ferry.Protocol.Values;
using Ferry.Runtime.Home;
using Ferry.Transports.Secure;

namespace Ferry.Runtime.Links;

/// <summary>
/// Which nodes may link to this one. A node that its user joins is admitted; of nodes that connect by themselves, an
/// open node admits all, and any other those that the user trusts or has joined, and a neighbour that makes a further
/// link; the rest may ask. In a network with a passphrase its proof takes the place of asking, and the user's own join
/// is not enough. A member that has found this node proves the network's key in place of a ticket, which a network with
/// a passphrase does not take for it: a new passphrase keeps out who still has the key. Whom the user blocks gets no
/// link either way, nor for a while who brought an error of this node about.
/// </summary>
/// <param name="isFamiliar">The user has joined it, or it is linked now.</param>
internal sealed class Admission(
    bool open, bool hasPassphrase, KnownNodes known, NetworkKeys keys, WaitingList waiting, Quarantine quarantine,
    Func<NodeId, bool> isFamiliar, LinkPlaces places)
{
    private readonly AdmissionResult _admitted = new AdmissionResult.Admitted();

    /// <summary>For a node that answers at an address the user joined.</summary>
    public AdmissionResult OfJoined(Applicant peer)
    {
        if (KeptOut(peer.Node) is { } refused) return refused;
        if (!hasPassphrase || peer.Proof != ProofKind.None || known.IsTrusted(peer.Node) || isFamiliar(peer.Node))
            return _admitted;
        return new AdmissionResult.Refused(
            "it is in a network with a passphrase", RejectReason.PassphraseNeeded,
            $"it proves no passphrase, and this node has one: 'trust {peer.Node}' links it all the same");
    }

    /// <summary>For a node that connected by itself.</summary>
    public AdmissionResult OfGuest(Applicant peer)
    {
        if (KeptOut(peer.Node) is { } refused) return refused;
        if (known.IsTrusted(peer.Node)) return _admitted;
        if (peer.Proof == ProofKind.Ticket && !IsOfNetwork(peer)) return OfTicket(peer);
        if (isFamiliar(peer.Node) || peer.Proof == ProofKind.Passphrase) return _admitted;
        if (peer.Proof == ProofKind.Ticket && !hasPassphrase) return _admitted;
        if (open)
        {
            return places.HasRoomFor(peer.Address)
                ? _admitted : new AdmissionResult.Refused("it has no place for more strangers now: try again later");
        }
        if (hasPassphrase)
        {
            return new AdmissionResult.Refused(
                "it is in a network with a passphrase", RejectReason.PassphraseNeeded, "it proves no passphrase");
        }
        waiting.Add(peer);
        return new AdmissionResult.Refused(
            $"its user has to admit {Fingerprint.Of(peer.Node)}, or to start it with --open", RejectReason.Asked);
    }

    private bool IsOfNetwork(Applicant peer) =>
        keys.All.Any(key => key.LinkSecret.AsSpan().SequenceEqual(peer.Ticket.Span));

    private AdmissionResult OfTicket(Applicant peer) => known.UseTicket(peer.Ticket, peer.Node, peer.Nickname) switch
    {
        TicketUse.Expired => new AdmissionResult.Refused("the ticket has expired", RejectReason.TicketExpired),
        TicketUse.UsedUp => new AdmissionResult.Refused("the ticket was used by another", RejectReason.TicketUsed),
        TicketUse.NotKept => new AdmissionResult.Refused("it cannot remember this node now: try again later"),
        _ => _admitted,
    };

    private AdmissionResult.Refused? KeptOut(NodeId node)
    {
        if (known.IsBlocked(node)) return new("it keeps this node out");
        if (quarantine.Of(node) is not { } left) return null;
        return new($"it had an error with what this node sent: try again in {Math.Ceiling(left.TotalMinutes)} min");
    }
}
