namespace Ferry.Protocol.Sending;

/// <summary>How much may wait for one link. Beyond, its neighbour is too slow, and loses it.</summary>
public sealed record OutgoingLimits
{
    public static readonly OutgoingLimits Standard = new();

    /// <summary>More queued control messages than this mean that the neighbour does not read.</summary>
    public long ControlBytesMax { get; init; } = 4L << 20;

    /// <summary>More than the windows of all transfers over one link should ever queue.</summary>
    public long BulkBytesMax { get; init; } = 96L << 20;
}
