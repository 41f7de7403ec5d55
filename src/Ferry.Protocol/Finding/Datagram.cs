using System.Buffers.Binary;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Finding;

/// <summary>
/// What nodes on one network segment say to each other before they are linked (docs/protocol.md §2.9). All have one
/// length: a reply is never longer than the probe that it answers, so nobody can multiply traffic by nodes, and whether
/// a box is one cannot be told from outside.
/// </summary>
public abstract record Datagram
{
    public const int Bytes = 240;

    /// <summary>Everything before the box of a reply, which is bound to it.</summary>
    public const int BoxAt = NameAt + NameBytes;

    private const uint Magic = 0x46525259; // "FRRY"
    private const byte Version = 1;
    private const byte ProbeType = 1;
    private const byte ReplyType = 2;
    private const byte KnownStandings = (byte)(FoundStanding.Open | FoundStanding.Passphrase | FoundStanding.Invites);
    private const int TypeAt = 5;
    private const int NonceAt = 6;
    private const int RunAt = 22;
    private const int PortAt = 30;
    private const int StandingAt = 32;
    private const int NameAt = 33;
    private const int NameBytes = 2 + WireLimits.NicknameBytesMax;

    private Datagram() { }

    /// <summary>Asks all nodes on the segment to answer, and says nothing of who asks.</summary>
    /// <param name="Nonce">Fresh, and foretold by nobody: what answers it was made now.</param>
    public sealed record Probe(UInt128 Nonce) : Datagram
    {
        protected override void Write(Span<byte> bytes)
        {
            bytes[TypeAt] = ProbeType;
            BinaryPrimitives.WriteUInt128BigEndian(bytes[NonceAt..], Nonce);
        }
    }

    /// <param name="Nonce">The probe's.</param>
    /// <param name="Run">
    /// Drawn by the node when it starts and when its network changes: tells answers of one node by several ways from
    /// those of several nodes.
    /// </param>
    /// <param name="Port">Where it takes TCP connections.</param>
    /// <param name="Nickname">Empty when it is not for everybody.</param>
    /// <param name="Box">A <see cref="MemberCard"/> under the network's key; chance of a node that has none.</param>
    public sealed record Reply(
        UInt128 Nonce, ulong Run, ushort Port, FoundStanding Standing, string Nickname, ReadOnlyMemory<byte> Box)
        : Datagram
    {
        /// <summary>Salt, card and tag.</summary>
        public const int BoxBytes = 24 + MemberCard.Bytes + 16;

        protected override void Write(Span<byte> bytes)
        {
            bytes[TypeAt] = ReplyType;
            BinaryPrimitives.WriteUInt128BigEndian(bytes[NonceAt..], Nonce);
            BinaryPrimitives.WriteUInt64BigEndian(bytes[RunAt..], Run);
            BinaryPrimitives.WriteUInt16BigEndian(bytes[PortAt..], Port);
            bytes[StandingAt] = (byte)Standing;
            new WireWriter(bytes[NameAt..BoxAt]).Text(Nickname, WireLimits.NicknameBytesMax);
            Box.Span.CopyTo(bytes[BoxAt..]);
        }
    }

    public byte[] Encode()
    {
        var bytes = new byte[Bytes];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Magic);
        bytes[4] = Version;
        Write(bytes);
        return bytes;
    }

    /// <summary>Null when it is none of this version. Never throws.</summary>
    public static Datagram? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Bytes || BinaryPrimitives.ReadUInt32BigEndian(bytes) != Magic || bytes[4] != Version)
            return null;
        var nonce = BinaryPrimitives.ReadUInt128BigEndian(bytes[NonceAt..]);
        return bytes[TypeAt] switch
        {
            ProbeType => new Probe(nonce),
            ReplyType => DecodeReply(nonce, bytes),
            _ => null,
        };
    }

    protected abstract void Write(Span<byte> bytes);

    private static Reply? DecodeReply(UInt128 nonce, ReadOnlySpan<byte> bytes)
    {
        var name = new WireReader(bytes[NameAt..BoxAt]);
        var nickname = name.Text(WireLimits.NicknameBytesMax);
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[PortAt..]);
        if (name.Error != DecodeError.None || port == 0) return null;
        return new Reply(
            nonce, BinaryPrimitives.ReadUInt64BigEndian(bytes[RunAt..]), port,
            (FoundStanding)(bytes[StandingAt] & KnownStandings), nickname,
            bytes.Slice(BoxAt, Reply.BoxBytes).ToArray());
    }
}
