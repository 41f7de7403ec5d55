using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol;

/// <summary>
/// How far an offer has come: what a node that was sent something says of it. Each follows from those before it only.
/// </summary>
public enum OfferState : byte
{
    /// <summary>The other node has not said yet that it knows of it.</summary>
    Made = 1,

    /// <summary>It is kept there, and its user has not decided.</summary>
    Waiting = 2,

    /// <summary>It is wanted, and being fetched.</summary>
    Accepted = 3,
    Refused = 4,

    /// <summary>It is there whole, under its final name.</summary>
    Arrived = 5,

    /// <summary>It was accepted, and given up later.</summary>
    Cancelled = 6,

    /// <summary>Its sender takes it back.</summary>
    Withdrawn = 7,
}

/// <param name="Peer">The node at the other end.</param>
/// <param name="Offer">Chosen by the sender.</param>
/// <param name="IsOwn">This node is the sender.</param>
public readonly record struct OfferKey(NodeId Peer, TransferId Offer, bool IsOwn);

/// <summary>An offer as it is kept in the log, at either end.</summary>
/// <param name="Name">As it is offered.</param>
public sealed record OfferEntry(
    OfferKey Key, ContentId Content, string Name, long Size, bool IsFolder, FileTraits Traits, OfferState State)
{
    /// <summary>Own: what is sent. Others': where it goes, null for the downloads folder.</summary>
    public string? Path { get; init; }

    /// <summary>A file of its name is replaced.</summary>
    public bool Overwrites { get; init; }

    /// <summary>
    /// When it came to this state, in milliseconds since the start of 1970 UTC by the clock of the receiver (of the
    /// sender while it is made, or withdrawn); 0: the disk puts in the time at which it is kept.
    /// </summary>
    public long At { get; init; }

    /// <summary>Nothing can become of it any more.</summary>
    public bool IsOver => State >= OfferState.Refused;
}

/// <param name="Age">Since it came to its state, by the wall clock at start-up; at least zero.</param>
public sealed record RecoveredOffer(OfferEntry Entry, TimeSpan Age);
