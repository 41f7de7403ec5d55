using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>Opens a link, in both directions, inside the handshake: who this is and what it can do.</summary>
/// <param name="VersionMin">The lowest protocol version the node speaks.</param>
/// <param name="VersionMax">The highest; the link uses the highest that both speak.</param>
/// <param name="Nickname">For people; at most <see cref="WireLimits.NicknameBytesMax"/> bytes of UTF-8.</param>
/// <param name="FrameBytesMax">The most bytes a frame to the sender may carry.</param>
/// <param name="AdmissionProof">Empty on an open network.</param>
/// <param name="Run">A random number of this start of the node: two at once are two machines with one key.</param>
public sealed record Join(
    ushort VersionMin, ushort VersionMax, NodeId Node, string Nickname, int FrameBytesMax,
    ReadOnlyMemory<byte> AdmissionProof, ulong Run) : Message
{
    public override MessageType Type => MessageType.Join;

    internal override void Write(ref WireWriter writer)
    {
        WireWriter.Demand(IsConsistent, "the versions are none");
        writer.UInt16(VersionMin);
        writer.UInt16(VersionMax);
        writer.Node(Node);
        writer.Text(Nickname, WireLimits.NicknameBytesMax);
        writer.Int32(FrameBytesMax, WireLimits.FrameBytesMin, int.MaxValue);
        writer.Blob(AdmissionProof.Span, WireLimits.AdmissionProofBytesMax);
        writer.UInt64(Run);
    }

    internal static Join Read(ref WireReader reader)
    {
        var join = new Join(
            VersionMin: reader.UInt16(),
            VersionMax: reader.UInt16(),
            Node: reader.Node(),
            Nickname: reader.Text(WireLimits.NicknameBytesMax),
            FrameBytesMax: reader.Int32(WireLimits.FrameBytesMin, int.MaxValue),
            AdmissionProof: reader.Blob(WireLimits.AdmissionProofBytesMax),
            Run: reader.UInt64());
        reader.Require(join.IsConsistent);
        return join;
    }

    private bool IsConsistent => VersionMin > 0 && VersionMin <= VersionMax;
}
