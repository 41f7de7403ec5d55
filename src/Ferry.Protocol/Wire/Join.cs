namespace Ferry.Protocol.Wire;

/// <summary>Opens a link, in both directions, inside the handshake: who this is and what it can do.</summary>
/// <param name="VersionMin">The lowest protocol version the node speaks.</param>
/// <param name="VersionMax">The highest; the link uses the highest that both speak.</param>
/// <param name="Nickname">For people; at most <see cref="WireLimits.NicknameBytesMax"/> bytes of UTF-8.</param>
/// <param name="Sequence">The sender's own sequence number.</param>
/// <param name="KnownSequence">The highest sequence number of the receiver that the sender has seen; 0 for none.</param>
/// <param name="FrameBytesMax">The most bytes a frame to the sender may carry.</param>
/// <param name="AdmissionProof">Empty on an open network.</param>
public sealed record Join(
    ushort VersionMin, ushort VersionMax, NodeId Node, string Nickname, ulong Sequence, ulong KnownSequence,
    int FrameBytesMax, ReadOnlyMemory<byte> AdmissionProof) : Message
{
    public override MessageType Type => MessageType.Join;
}
