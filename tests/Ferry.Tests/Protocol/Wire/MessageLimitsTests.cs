using System.Buffers.Binary;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Wire;

/// <summary>
/// Each bound of docs/protocol.md §3, from both sides: bytes beyond it do not decode, records beyond it do not
/// encode.
/// </summary>
public sealed class MessageLimitsTests
{
    /// <summary>Where fields lie: the type, then an envelope without or with a destination.</summary>
    private const int HopsAt = 45;
    private const int HopLimitAt = 46;
    private const int BehindFlood = 47;
    private const int Behind = 79;

    private static readonly FileSearch Search = (FileSearch)GoldenMessages.Of(MessageType.FileSearch);
    private static readonly HasFile HasFile = (HasFile)GoldenMessages.Of(MessageType.HasFile);
    private static readonly TransferRequest Request = (TransferRequest)GoldenMessages.Of(MessageType.TransferRequest);
    private static readonly FileTransfer Piece = (FileTransfer)GoldenMessages.Of(MessageType.FileTransfer);
    private static readonly Ack Ack = (Ack)GoldenMessages.Of(MessageType.Ack);
    private static readonly ManifestPart Part = (ManifestPart)GoldenMessages.Of(MessageType.ManifestPart);
    private static readonly Join Join = (Join)GoldenMessages.Of(MessageType.Join);

    public static TheoryData<MessageType> Routed =>
        [.. Enum.GetValues<MessageType>().Where(type => (byte)type is >= 16 and < 128)];

    public static TheoryData<MessageType, int, byte[], DecodeError> BadReports => new()
    {
        { MessageType.SearchReport, Behind + 16, I32(-1), DecodeError.LimitExceeded },
        { MessageType.SearchReport, Behind + 20, I32(151), DecodeError.LimitExceeded },
        { MessageType.SearchReport, Behind + 24, [2], DecodeError.BadValue },
        { MessageType.SearchReport, Behind + 25, U16(ShareMatches.HashingMax + 1), DecodeError.LimitExceeded },
    };

    /// <summary>Field, bytes at the field's place, what comes of it.</summary>
    public static TheoryData<MessageType, int, byte[], DecodeError> BadFields => new()
    {
        { MessageType.Leave, 1, [0], DecodeError.BadValue },
        { MessageType.Leave, 1, [99], DecodeError.BadValue },
        { MessageType.Refusal, Behind + 16, [0], DecodeError.BadValue },
        { MessageType.Refusal, Behind + 16, [11], DecodeError.BadValue },
        { MessageType.Join, 1, U16(0), DecodeError.BadValue },
        { MessageType.Join, 1, U16(2), DecodeError.BadValue },
        { MessageType.Join, 5, new byte[32], DecodeError.BadValue },
        { MessageType.Join, 37, U16(WireLimits.NicknameBytesMax + 1), DecodeError.LimitExceeded },
        { MessageType.Join, 43, I32(WireLimits.FrameBytesMin - 1), DecodeError.LimitExceeded },
        { MessageType.Join, 43, I32(-1), DecodeError.LimitExceeded },
        { MessageType.Join, 47, U16(WireLimits.AdmissionProofBytesMax + 1), DecodeError.LimitExceeded },
        { MessageType.RouteWithdrawal, 1, U16(WireLimits.UnreachableMax + 1), DecodeError.LimitExceeded },
        { MessageType.RouteWithdrawal, 3, new byte[32], DecodeError.BadValue },
        { MessageType.AddressOffer, 1, U16(WireLimits.AddressesMax + 1), DecodeError.LimitExceeded },
        { MessageType.AddressOffer, 3, U16(WireLimits.AddressBytesMax + 1), DecodeError.LimitExceeded },
        { MessageType.AddressOffer, 5, [0x1B], DecodeError.BadText },
        { MessageType.FileSearch, BehindFlood + 16, U16(WireLimits.QueryBytesMax + 1), DecodeError.LimitExceeded },
        { MessageType.FileSearch, BehindFlood + 24, [2], DecodeError.BadValue },
        { MessageType.RouteRequest, BehindFlood + 16, new byte[32], DecodeError.BadValue },
        { MessageType.HasFile, Behind + 48, U16(WireLimits.NameBytesMax + 1), DecodeError.LimitExceeded },
        { MessageType.HasFile, Behind + 65, I64(-1), DecodeError.LimitExceeded },
        { MessageType.HasFile, Behind + 65, I64(ChunkLayout.ContentBytesMax + 1), DecodeError.LimitExceeded },
        { MessageType.HasFile, Behind + 73, U16(WireLimits.RangesMax + 1), DecodeError.LimitExceeded },
        { MessageType.HasFile, Behind + 75, Range(-1, 3), DecodeError.BadValue },
        { MessageType.HasFile, Behind + 75, Range(0, 0), DecodeError.BadValue },
        { MessageType.HasFile, Behind + 75, Range(0, -1), DecodeError.BadValue },
        { MessageType.HasFile, Behind + 75, Range(2, int.MaxValue), DecodeError.BadValue },
        { MessageType.HasFile, Behind + 103, [2], DecodeError.BadValue },
        { MessageType.HasFile, Behind + 75, Range(int.MaxValue, 2), DecodeError.BadValue },
        { MessageType.HasFile, Behind + 75, Range(0, ChunkLayout.ChunkCountMax + 1), DecodeError.BadValue },
        { MessageType.HasFile, Behind + 75, Range(0, 16), DecodeError.BadValue },
        { MessageType.HasFile, Behind + 75, Range(16, 1), DecodeError.BadValue },
        { MessageType.Ack, Behind + 16, I32(-1), DecodeError.LimitExceeded },
        { MessageType.Ack, Behind + 16, I32(ChunkLayout.ChunkCountMax + 1), DecodeError.LimitExceeded },
        { MessageType.Ack, Behind + 22, Range(9, 1), DecodeError.BadValue },
        { MessageType.Ack, Behind + 38, I64(-1), DecodeError.LimitExceeded },
        { MessageType.Ack, Behind + 38, I64(WireLimits.WindowBytesMax + 1), DecodeError.LimitExceeded },
        { MessageType.Ack, Behind + 46, I64(-1), DecodeError.LimitExceeded },
        { MessageType.TransferRequest, Behind + 48, U16(WireLimits.RangesMax + 1), DecodeError.LimitExceeded },
        { MessageType.TransferRequest, Behind + 50, Range(0, ChunkLayout.ChunkCountMax), DecodeError.LimitExceeded },
        { MessageType.TransferRequest, Behind + 66, I64(-1), DecodeError.LimitExceeded },
        { MessageType.TransferRequest, Behind + 74, I32(WireLimits.PieceBytesMin - 1), DecodeError.LimitExceeded },
        { MessageType.TransferRequest, Behind + 74, I32(WireLimits.PieceBytesMax + 1), DecodeError.LimitExceeded },
        { MessageType.TransferRequest, Behind + 78, [2], DecodeError.BadValue },
        { MessageType.TransferRequest, Behind + 79, U16(WireLimits.KeyBytesMax + 1), DecodeError.LimitExceeded },
        { MessageType.TransferAccept, Behind + 16, U16(WireLimits.KeyBytesMax + 1), DecodeError.LimitExceeded },
        { MessageType.FileTransfer, Behind + 16, I32(-1), DecodeError.LimitExceeded },
        { MessageType.FileTransfer, Behind + 16, I32(ChunkLayout.ChunkCountMax), DecodeError.LimitExceeded },
        { MessageType.FileTransfer, Behind + 20, I32(-1), DecodeError.LimitExceeded },
        { MessageType.FileTransfer, Behind + 20, I32(ChunkLayout.ChunkBytesMax), DecodeError.LimitExceeded },
        { MessageType.FileTransfer, Behind + 32, I32(FileTransfer.SealBytes), DecodeError.LimitExceeded },
        { MessageType.FileTransfer, Behind + 32, I32(WireLimits.BodyBytesMax + 1), DecodeError.LimitExceeded },
        { MessageType.ManifestRequest, Behind + 32, I32(-1), DecodeError.LimitExceeded },
        { MessageType.ManifestRequest, Behind + 32, I32(ChunkLayout.ChunkCountMax), DecodeError.LimitExceeded },
        { MessageType.ManifestPart, Behind + 32, I64(-2), DecodeError.LimitExceeded },
        { MessageType.ManifestPart, Behind + 32, I64(-1), DecodeError.BadValue },
        { MessageType.ManifestPart, Behind + 40, I32(ChunkLayout.ChunkCountMax - 1), DecodeError.BadValue },
        { MessageType.ManifestPart, Behind + 44, U16(WireLimits.LeavesPerPartMax + 1), DecodeError.LimitExceeded },
    };

    /// <summary>Our own messages, each beyond one bound.</summary>
    public static TheoryData<string, Message> BadMessages => new()
    {
        { "hop limit 0", Search with { Envelope = Search.Envelope with { HopLimit = 0 } } },
        { "too many hops", Search with { Envelope = Search.Envelope with { Hops = WireLimits.HopLimitMax + 1 } } },
        { "no source", Search with { Envelope = Search.Envelope with { Source = NodeId.None } } },
        { "a flood to one node", Search with { Envelope = Ack.Envelope } },
        { "an ACK to everybody", Ack with { Envelope = Search.Envelope } },
        { "a long query", Search with { Text = new string('a', WireLimits.QueryBytesMax + 1) } },
        { "half a surrogate pair", Search with { Text = "\ud83d" } },
        { "a control character", HasFile with { Name = "a\u001b[2J" } },
        { "a C1 control character", HasFile with { Name = "a\u009b2J" } },
        { "a long name in few letters", HasFile with { Name = new string('中', (WireLimits.NameBytesMax / 3) + 1) } },
        { "too large a content", HasFile with { Size = ChunkLayout.ContentBytesMax + 1 } },
        { "ranges out of order", HasFile with { Held = [new(5, 1), new(4, 1)] } },
        { "ranges that overlap", Ack with { Ranges = [new(5, 2), new(6, 1)] } },
        { "an empty range", Request with { Wanted = [new(5, 0)] } },
        { "a range that overflows", Request with { Wanted = [new(5, int.MaxValue)] } },
        { "too many ranges", Request with { Wanted = new ChunkRange[WireLimits.RangesMax + 1] } },
        { "ranges longer than any content", Request with { Wanted = [new(0, ChunkLayout.ChunkCountMax), new(0, 1)] } },
        { "a negative window", Request with { WindowBytes = -1 } },
        { "too small a piece", Request with { PieceBytes = WireLimits.PieceBytesMin - 1 } },
        { "too long a key", Request with { KeyOffer = new byte[WireLimits.KeyBytesMax + 1] } },
        { "a body without content", Piece with { BodyBytes = FileTransfer.SealBytes } },
        { "too long a body", Piece with { BodyBytes = WireLimits.BodyBytesMax + 1 } },
        { "half a leaf", Part with { Leaves = new byte[33] } },
        { "too many leaves", Part with { Leaves = new byte[(WireLimits.LeavesPerPartMax + 1) * 32] } },
        { "leaves of nothing", Part with { Size = -1 } },
        { "leaves behind the end", Part with { First = int.MaxValue } },
        { "versions upside down", Join with { VersionMin = 2 } },
        { "version 0", Join with { VersionMin = 0 } },
        { "too long a proof", Join with { AdmissionProof = new byte[WireLimits.AdmissionProofBytesMax + 1] } },
        { "too many nodes", new RouteWithdrawal(new NodeId[WireLimits.UnreachableMax + 1]) },
        { "no node", new RouteWithdrawal([NodeId.None]) },
        { "no reason", new Leave(default) },
        { "too many addresses", new AddressOffer([.. Enumerable.Repeat("a", WireLimits.AddressesMax + 1)]) },
        { "too long an address", new AddressOffer([new string('a', WireLimits.AddressBytesMax + 1)]) },
        { "an address that steers a terminal", new AddressOffer(["a\u001b[2J"]) },
    };

    [Theory]
    [MemberData(nameof(BadFields))]
    [MemberData(nameof(BadReports))]
    public void Field_beyond_its_bound_is_an_error(MessageType type, int at, byte[] field, DecodeError expected)
    {
        var head = GoldenMessages.Of(type).Encoded();
        field.CopyTo(head, at);
        Assert.Equal(expected, MessageCodec.Decode(head, out _));
    }

    [Theory]
    [MemberData(nameof(BadMessages))]
    public void Message_that_breaks_a_bound_is_a_bug_of_ours(string what, Message message)
    {
        var scratch = new byte[WireLimits.HeadBytesMax];
        var thrown = Record.Exception(() => MessageCodec.Encode(message, scratch));
        Assert.True(thrown is InvalidOperationException, $"{what}: {thrown?.GetType().Name ?? "encoded"}");
    }

    [Theory]
    [MemberData(nameof(Routed))]
    public void Envelope_of_every_routed_message_is_bounded(MessageType type)
    {
        Assert.Equal(DecodeError.BadValue, Patched(1, new byte[32]));
        Assert.Equal(DecodeError.LimitExceeded, Patched(HopsAt, [WireLimits.HopLimitMax + 1]));
        Assert.Equal(DecodeError.None, Patched(HopsAt, [WireLimits.HopLimitMax]));
        Assert.Equal(DecodeError.LimitExceeded, Patched(HopLimitAt, [0]));
        Assert.Equal(DecodeError.LimitExceeded, Patched(HopLimitAt, [WireLimits.HopLimitMax + 1]));
        Assert.Equal(DecodeError.None, Patched(HopLimitAt, [WireLimits.HopLimitMax]));
        var isFlood = type is MessageType.FileSearch or MessageType.RouteRequest;
        if (!isFlood) Assert.Equal(DecodeError.BadValue, Patched(BehindFlood, new byte[32]));

        DecodeError Patched(int at, byte[] field)
        {
            var head = GoldenMessages.Of(type).Encoded();
            field.CopyTo(head, at);
            return MessageCodec.Decode(head, out _);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x61, 0x00, 0x61 })]
    [InlineData(new byte[] { 0x61, 0x1B, 0x61 })]
    [InlineData(new byte[] { 0x61, 0x7F, 0x61 })]
    [InlineData(new byte[] { 0x61, 0xC2, 0x80 })]
    [InlineData(new byte[] { 0x61, 0xC2, 0x9F })]
    [InlineData(new byte[] { 0x61, 0x61, 0xFF })]
    [InlineData(new byte[] { 0x61, 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0x61, 0xE4, 0xB8 })]
    public void Text_that_is_no_clean_utf8_is_refused(byte[] text)
    {
        var head = (Search with { Text = "abc" }).Encoded();
        text.CopyTo(head, BehindFlood + 18);
        Assert.Equal(DecodeError.BadText, MessageCodec.Decode(head, out _));
    }

    [Fact]
    public void Largest_of_every_message_fits_into_a_head()
    {
        var ranges = Enumerable.Range(0, WireLimits.RangesMax).Select(index => new ChunkRange(2 * index, 1)).ToArray();
        Message[] largest =
        [
            Search with { Text = new string('a', WireLimits.QueryBytesMax), Content = HasFile.Content },
            HasFile with { Name = new string('a', WireLimits.NameBytesMax), Held = ranges },
            Request with { Wanted = ranges, KeyOffer = new byte[WireLimits.KeyBytesMax] },
            Ack with { Ranges = ranges },
            Part with { Size = ChunkLayout.ContentBytesMax, Leaves = new byte[WireLimits.LeavesPerPartMax * 32] },
            new RouteWithdrawal([.. Enumerable.Repeat(Search.Envelope.Source, WireLimits.UnreachableMax)]),
            (SearchReport)GoldenMessages.Of(MessageType.SearchReport) with
            {
                Hashing = [.. Enumerable.Repeat(
                    new HashingFile(new string('a', WireLimits.NameBytesMax), 1, 0), ShareMatches.HashingMax)],
                Asked = [.. Enumerable.Repeat(new AskedNode(Search.Envelope.Source, 1), WireLimits.AskedMax)],
            },
            new AddressOffer(
                [.. Enumerable.Repeat(new string('a', WireLimits.AddressBytesMax), WireLimits.AddressesMax)]),
        ];
        foreach (var message in largest)
            Assert.Equal(DecodeError.None, MessageCodec.Decode(message.Encoded(), out _));
    }

    private static byte[] U16(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }

    private static byte[] I32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] I64(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Range(int first, int count) => [.. I32(first), .. I32(count)];
}
