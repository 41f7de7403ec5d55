using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>
/// The routing part of a message. Each hop adds itself: <see cref="MetricMicroseconds"/> and <see cref="Hops"/> say how
/// far the sender of this frame is from <see cref="Source"/>, and <see cref="Sequence"/> how fresh that is.
/// </summary>
/// <param name="Source">Who made the message.</param>
/// <param name="Destination">The node it is for; <see cref="NodeId.None"/> for a flood.</param>
/// <param name="Sequence">The source's sequence number (RFC 8966 §2.5): only the source raises it.</param>
/// <param name="MetricMicroseconds">Expected time to move a mebibyte from the frame's sender to the source.</param>
/// <param name="Hops">Links between the frame's sender and the source: 0 from the source itself.</param>
/// <param name="HopLimit">How many more links the message may cross, this one included.</param>
public readonly record struct Envelope(
    NodeId Source, NodeId Destination, ulong Sequence, uint MetricMicroseconds, byte Hops, byte HopLimit)
{
    /// <summary>
    /// The sender of the frame has no feasible route to the source: receivers learn no route from it.
    /// </summary>
    public const uint Unreachable = uint.MaxValue;

    internal const int FloodBytes = Bytes32.Length + 8 + 4 + 1 + 1;
    internal const int RoutedBytes = FloodBytes + Bytes32.Length;

    public bool IsFlood => Destination.IsNone;

    /// <summary>The envelope of a new message; who sends it fills in the rest.</summary>
    public static Envelope To(NodeId destination) => new(NodeId.None, destination, 0, 0, 0, WireLimits.HopLimitMax);

    /// <summary>The envelope of a new flood.</summary>
    public static Envelope ToAll(byte hopLimit) => new(NodeId.None, NodeId.None, 0, 0, 0, hopLimit);

    /// <summary>For a message to one node.</summary>
    internal void Write(ref WireWriter writer)
    {
        WriteOrigin(ref writer);
        writer.Node(Destination);
    }

    /// <summary>For a flood: its destination would be 32 zero bytes, and is left out.</summary>
    internal void WriteFlood(ref WireWriter writer)
    {
        WireWriter.Demand(Destination.IsNone, "a flood has a destination");
        WriteOrigin(ref writer);
    }

    internal static Envelope Read(ref WireReader reader) => ReadFlood(ref reader) with { Destination = reader.Node() };

    internal static Envelope ReadFlood(ref WireReader reader) => new(
        Source: reader.Node(),
        Destination: NodeId.None,
        Sequence: reader.UInt64(),
        MetricMicroseconds: reader.UInt32(),
        Hops: reader.Byte(0, WireLimits.HopLimitMax),
        HopLimit: reader.Byte(1, WireLimits.HopLimitMax));

    private void WriteOrigin(ref WireWriter writer)
    {
        writer.Node(Source);
        writer.UInt64(Sequence);
        writer.UInt32(MetricMicroseconds);
        writer.Byte(Hops, 0, WireLimits.HopLimitMax);
        writer.Byte(HopLimit, 1, WireLimits.HopLimitMax);
    }
}
