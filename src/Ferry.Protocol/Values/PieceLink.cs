namespace Ferry.Protocol.Values;

/// <summary>The link that takes the next piece, and how long that may be so as not to hold the link up.</summary>
internal readonly record struct PieceLink(LinkId Link, int PieceBytesMax);

/// <summary>Null while no link towards the destination has room.</summary>
/// <param name="leftBytes">All that is left to send to the destination.</param>
internal delegate PieceLink? PieceLinkFinder(Instant now, NodeId destination, long leftBytes);
