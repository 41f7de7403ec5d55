namespace Ferry.Protocol.Values;

/// <summary>
/// The link that takes the next piece, and how long the piece may be so that it occupies the link for a quarter of a
/// second at most.
/// </summary>
internal readonly record struct PieceLink(LinkId Link, int PieceBytesMax);

/// <summary>Null while no link towards the destination has room.</summary>
/// <param name="leftBytes">All that is left to send to the destination.</param>
internal delegate PieceLink? PieceLinkFinder(Instant now, NodeId destination, long leftBytes);
