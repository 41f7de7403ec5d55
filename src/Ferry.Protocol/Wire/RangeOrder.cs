namespace Ferry.Protocol.Wire;

/// <summary>What the order of ranges in a message says.</summary>
internal enum RangeOrder
{
    /// <summary>The order is the sender's wish; ranges may meet and overlap.</summary>
    Wish,

    /// <summary>A set of chunks: each range lies behind the one before it.</summary>
    Ascending,
}
