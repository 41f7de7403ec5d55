using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol;

/// <summary>What a node is to this one, by its user's word.</summary>
public enum PeerStanding
{
    Stranger,

    /// <summary>Served without a proof that it is a member; its id has to be proven.</summary>
    Known,

    /// <summary>Not served, member or not.</summary>
    Blocked,
}

/// <summary>
/// The network that this node belongs to, and what its members say to each other. The core never sees a key; the
/// simulation has an implementation without cryptography. Every call is cheap (some microseconds).
/// </summary>
public interface INetworkSeals
{
    /// <summary>This node belongs to a network.</summary>
    bool IsMember();

    /// <summary>
    /// The message as relays see it, whose envelope has its ends; null when this node belongs to no network.
    /// </summary>
    RoutedMessage? Seal(RoutedMessage message);

    /// <summary>
    /// What a member said in a sealed message; null when it is none, or of a network that this node is not in.
    /// </summary>
    RoutedMessage? Open(RoutedMessage message);

    PeerStanding StandingOf(NodeId node);
}
