namespace Ferry.Protocol.Wire;

/// <summary>What crosses a link. One sealed record, one file, one row in docs/protocol.md and one golden vector each.</summary>
public abstract record Message
{
    public abstract MessageType Type { get; }
}

/// <summary>A message that travels several hops; every node it passes learns from its envelope how to reach the source.</summary>
public abstract record RoutedMessage(Envelope Envelope) : Message;

/// <summary>
/// The routing part of a message. Each hop adds itself: <see cref="MetricMicroseconds"/> and <see cref="Hops"/> say how
/// far the sender of this frame is from <see cref="Source"/>, and <see cref="Sequence"/> how fresh that is.
/// </summary>
/// <param name="Source">Who made the message.</param>
/// <param name="Destination">Who shall have it; <see cref="NodeId.None"/> for a flood.</param>
/// <param name="Sequence">The source's sequence number (RFC 8966 §2.5): only the source raises it.</param>
/// <param name="MetricMicroseconds">Expected time to move a mebibyte from the frame's sender to the source.</param>
/// <param name="Hops">Links between the frame's sender and the source: 0 from the source itself.</param>
/// <param name="HopLimit">How many more links the message may cross, this one included.</param>
public readonly record struct Envelope(
    NodeId Source, NodeId Destination, ulong Sequence, uint MetricMicroseconds, byte Hops, byte HopLimit)
{
    /// <summary>The sender of the frame has no feasible route to the source: nothing is to be learnt.</summary>
    public const uint Unreachable = uint.MaxValue;

    public bool IsFlood => Destination.IsNone;

    /// <summary>The envelope of a new message; who sends it fills in the rest.</summary>
    public static Envelope To(NodeId destination) => new(NodeId.None, destination, 0, 0, 0, WireLimits.HopLimitMax);

    /// <summary>The envelope of a new flood.</summary>
    public static Envelope ToAll(byte hopLimit) => new(NodeId.None, NodeId.None, 0, 0, 0, hopLimit);
}
