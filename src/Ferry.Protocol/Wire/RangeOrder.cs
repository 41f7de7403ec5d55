namespace Ferry.Protocol.Wire;

/// <summary>What the order of ranges in a message says.</summary>
internal enum RangeOrder
{
    /// <summary>
    /// Ranges in the order in which the sender wants them. They may touch and overlap, but name no more chunks together
    /// than a content has: otherwise 256 of them could make a holder iterate over 67 million.
    /// </summary>
    Wish,

    /// <summary>A set of chunks: each range lies behind the one before it.</summary>
    Ascending,
}
