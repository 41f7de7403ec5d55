namespace Ferry.Protocol.Values;

/// <summary>The room for the next piece to a destination.</summary>
/// <param name="Link">The link that takes it; null while none that may take it has room.</param>
/// <param name="PieceBytesMax">
/// How long the piece may be so that it occupies the link for a quarter of a second at most.
/// </param>
/// <param name="OnSomeLinksOnly">
/// The route was heard before all links to the next hop were up, so it leads over the older ones only: a piece to
/// another destination may have room where this one has none.
/// </param>
internal readonly record struct PieceRoom(LinkId? Link, int PieceBytesMax, bool OnSomeLinksOnly = false);

/// <param name="leftBytes">All that is left to send to the destination.</param>
internal delegate PieceRoom PieceRoomFinder(Instant now, NodeId destination, long leftBytes);
