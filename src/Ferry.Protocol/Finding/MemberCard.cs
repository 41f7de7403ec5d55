using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Finding;

/// <summary>Who answers a probe, for members of its network alone. Always of the same length.</summary>
public sealed record MemberCard(NodeId Node, string Nickname)
{
    public const int Bytes = Bytes32.Length + 2 + WireLimits.NicknameBytesMax;

    public byte[] Encode()
    {
        var bytes = new byte[Bytes];
        var writer = new WireWriter(bytes);
        writer.Node(Node);
        writer.Text(Nickname, WireLimits.NicknameBytesMax);
        return bytes;
    }

    /// <summary>Null when it is none. Never throws.</summary>
    public static MemberCard? Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var card = new MemberCard(reader.Node(), reader.Text(WireLimits.NicknameBytesMax));
        return reader.Error == DecodeError.None ? card : null;
    }
}
