namespace Ferry.Protocol.Sending;

/// <summary>
/// How much may wait for one link. A neighbour loses its link when messages between the two nodes do not drain, or
/// nothing at all does; what others cause to be sent there is dropped instead.
/// </summary>
public sealed record OutgoingLimits
{
    /// <summary>Answers and what is passed on: so many seconds of the link's rate, within the bounds below.</summary>
    public const double ControlSeconds = 2;

    public static readonly OutgoingLimits Standard = new();

    /// <summary>A write that makes no progress for so long is the end of a link.</summary>
    public static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(15);

    /// <summary>Heartbeats, routes and withdrawals: more than this means that the neighbour does not read.</summary>
    public long LinkBytesMax { get; init; } = 4L << 20;

    /// <summary>Routed messages, of this node and of others: before the rate is measured.</summary>
    public long ControlBytesFirst { get; init; } = 1L << 20;
    public long ControlBytesMin { get; init; } = 256 * 1024;
    public long ControlBytesMax { get; init; } = 4L << 20;

    /// <summary>Bodies that this node sends itself: more than it is ever given at a time.</summary>
    public long OwnBodyBytesMax { get; init; } = 32L << 20;
}
