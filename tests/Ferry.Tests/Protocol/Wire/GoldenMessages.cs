using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Tests.Protocol.Wire;

/// <summary>
/// What the vectors in Golden/ say, as records. The vectors were made by hand from docs/protocol.md §3, not by our
/// codec.
/// </summary>
internal static class GoldenMessages
{
    private static readonly Envelope Flood = new(
        NodeOf(0x11), NodeId.None, Sequence: 0x0102030405060708, MetricMicroseconds: 250_000, Hops: 2, HopLimit: 6);

    private static readonly Envelope ToOne = Flood with { Destination = NodeOf(0x22) };
    private static readonly QueryId Query = new(Counting(0xA0));
    private static readonly TransferId Transfer = new(Counting(0xB0));
    private static readonly ContentId Content = new(Repeated(0x33));

    public static IReadOnlyList<Message> All { get; } =
    [
        new Join(1, 1, NodeOf(0x11), "Zoë", 65_536, Repeated(0x77).ToArray(), Run: 0x0123456789ABCDEF),
        new Leave(LeaveReason.ShuttingDown),
        new Heartbeat(66),
        new HeartbeatReply(66),
        new RouteWithdrawal([NodeOf(0x44), NodeOf(0x55)]),
        new FileSearch(Flood, Query, "*.flac", Content: null, Report: true),
        new HasFile(ToOne, Query, Content, "music/song.flac", 1_000_000, [new(0, 3), new(15, 1)])
        {
            Traits = new FileTraits(1_700_000_000_000_000_000, 0x1ed),
        },
        new TransferRequest(
            ToOne, Transfer, Content, [new(9, 1), new(0, 4)], WindowBytes: 1 << 20, PieceBytes: 65_536, Again: false,
            KeyOffer: new byte[] { 0xCA, 0xFE, 0xBA, 0xBE }),
        new FileTransfer(ToOne, Transfer, Chunk: 9, Offset: 65_536, SealNumber: 5, BodyBytes: 65_552),
        new Ack(ToOne, Transfer, 4, [new(5, 1), new(8, 2)], WindowBytes: 2 << 20, ReceivedBytes: 458_752)
        {
            Proof = new byte[] { 0xd0, 0xd1, 0xd2, 0xd3 },
        },
        new TransferAccept(ToOne, Transfer, new byte[] { 0xDE, 0xAD, 0xBE, 0xEF }),
        new TransferResume(ToOne, Transfer, Content) { Proof = new byte[] { 0xd0, 0xd1 } },
        new Refusal(ToOne, Transfer, RefusalReason.Cancelled, new byte[] { 0xc0, 0xc1, 0xc2 }),
        new Receipt(ToOne, Transfer, new byte[] { 0xc0, 0xc1, 0xc2, 0xc3 }),
        new ManifestRequest(ToOne, Content, First: 512),
        new ManifestPart(
            ToOne, Content, 100_000, 0, (byte[])[.. Repeated(0xC1).ToArray(), .. Repeated(0xC2).ToArray()]),
        new RouteRequest(Flood, Query, NodeOf(0x44), MinSequence: 9),
        new RouteReply(ToOne, Query),
        new SearchReport(
            ToOne, Query, Fitting: 150, Sent: 100, IsBusy: false, [new HashingFile("film.mkv", 1_000_000, 400_000)],
            NotAsked: 1, [new AskedNode(NodeOf(0x44), 2000)]),
        new Offer(ToOne, Transfer, Content, "song.flac", 1_000_000, new byte[] { 0xc0, 0xc1 })
        {
            Traits = new FileTraits(1_700_000_000_000_000_000, 0x1ed),
        },
        new OfferAnswer(ToOne, Transfer, Content, OfferState.Arrived, 1_700_000_000_000, new byte[] { 0xc0, 0xc1 }),
        new Sealed(ToOne, new byte[] { 0xB0, 0xB1, 0xB2 }),
        new AddressOffer(["tcp://192.168.1.7:4747", "bluetooth://00:1A:7D:DA:71:13/3"]),
        new SharedIdentity(GoesOn: true, "tcp://10.0.0.7:4747"),
        new NetworkKey(Bytes32.From(Enumerable.Repeat((byte)0x4E, 32).ToArray())),
    ];

    public static Message Of(MessageType type) => All.Single(message => message.Type == type);

    private static NodeId NodeOf(byte value) => new(Repeated(value));

    private static Bytes32 Repeated(byte value)
    {
        var word = 0x0101010101010101UL * value;
        return new Bytes32(word, word, word, word);
    }

    /// <summary>16 bytes, each one more than the one before.</summary>
    private static UInt128 Counting(byte first)
    {
        UInt128 value = 0;
        for (var step = 0; step < 16; step++) value = (value << 8) | (byte)(first + step);
        return value;
    }
}
