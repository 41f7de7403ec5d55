namespace Ferry.Protocol.Wire;

/// <summary>What the order of ranges in a message says.</summary>
internal enum RangeOrder
{
    /// <summary>
    /// The order is the sender's wish. Ranges may meet and overlap, but together they are no longer than a content, or
    /// 256 of them could have a holder count to 67 million.
    /// </summary>
    Wish,

    /// <summary>A set of chunks: each range lies behind the one before it.</summary>
    Ascending,
}
