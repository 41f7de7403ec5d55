using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol;

/// <summary>
/// What the core wants done. Effects are queued, never awaited; results come back as <see cref="Input"/>s.
/// </summary>
public abstract record Effect
{
    private Effect() { }

    /// <summary>A message without a body.</summary>
    public sealed record Send(LinkId Link, Message Message) : Effect;

    /// <summary>Passes a File Transfer on. Hands the body over; its bytes stay as they are.</summary>
    /// <param name="From">The neighbour that it came from.</param>
    public sealed record Forward(LinkId Link, NodeId From, FileTransfer Head, Payload Body) : Effect;

    /// <summary>
    /// Reads a piece of a content, seals it with the transfer's key and sends it. Answered by
    /// <see cref="Input.BulkSent"/> once on the wire, or by <see cref="StorageResult.PieceNotRead"/>.
    /// </summary>
    public sealed record SendPiece(LinkId Link, FileTransfer Head, ContentId Content) : Effect;

    /// <summary>The body has no use here.</summary>
    public sealed record Drop(Payload Body) : Effect;

    /// <summary>
    /// Sends what is queued for the link, then <see cref="Leave"/>, then closes it. Answered by <see
    /// cref="Input.LinkDown"/>.
    /// </summary>
    public sealed record CloseLink(LinkId Link, LeaveReason Reason, string Text) : Effect;

    public sealed record Store(StorageRequest Request) : Effect;

    /// <summary>Something a user or a caller wants to know.</summary>
    public sealed record Tell(Notice Notice) : Effect;
}
