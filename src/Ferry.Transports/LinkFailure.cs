using Ferry.Protocol.Values;

namespace Ferry.Transports;

/// <summary>
/// Why there is no link: a kind for programs, a sentence for people that names the thing and the way out.
/// </summary>
public sealed record LinkFailure(LinkFailureKind Kind, string Text)
{
    /// <summary>The node that answered, when its key was proven and it is why there is no link.</summary>
    public NodeId? Peer { get; init; }
}

public enum LinkFailureKind
{
    /// <summary>The text is not an address.</summary>
    BadAddress,

    /// <summary>The address is of a transport that this version or this machine does not have.</summary>
    NoSuchTransport,

    /// <summary>The radio is needed for something that goes first.</summary>
    Busy,

    /// <summary>Nobody listens there.</summary>
    ConnectionRefused,

    /// <summary>There is no route to that machine.</summary>
    Unreachable,

    /// <summary>No answer in time, to the connection or within the handshake.</summary>
    TimedOut,

    /// <summary>No machine of that name.</summary>
    NameNotKnown,

    /// <summary>Listening: somebody else listens there already.</summary>
    AddressInUse,

    /// <summary>Listening: the system does not allow it, or the address is not of this machine.</summary>
    CannotListen,

    /// <summary>The connection broke during the handshake.</summary>
    ConnectionLost,

    /// <summary>The other end does not speak Ferry's protocol, or breaks it.</summary>
    NotFerry,

    /// <summary>The two nodes have no protocol version in common.</summary>
    VersionMismatch,

    /// <summary>Another node than the expected one answered.</summary>
    OtherNode,

    /// <summary>The address leads back to this node.</summary>
    Self,

    /// <summary>This node does not admit the other.</summary>
    PeerNotAdmitted,

    /// <summary>The other node does not admit this one, and said why.</summary>
    NotAdmitted,

    /// <summary>The user of the listening node has been asked to let the other in.</summary>
    Asked,

    /// <summary>The other node does not know the ticket.</summary>
    WrongTicket,

    /// <summary>The ticket was good once.</summary>
    TicketExpired,

    /// <summary>Others have used the ticket.</summary>
    TicketUsed,

    /// <summary>The other node's passphrase is another one.</summary>
    WrongPassphrase,

    /// <summary>The other node is in a network with a passphrase, and this one has none.</summary>
    PassphraseNeeded,

    /// <summary>The other node has seen too many wrong passphrases.</summary>
    TooManyTries,
}
