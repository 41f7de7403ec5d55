using Ferry.Protocol.Finding;
using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Protocol.Finding;

public sealed class DatagramTests
{
    private static readonly Datagram.Reply Reply = new(
        Nonce: 5, Run: 6, Port: 4747, FoundStanding.Open, "boat",
        Enumerable.Range(0, Datagram.Reply.BoxBytes).Select(number => (byte)number).ToArray());

    [Fact]
    public void Probe_has_these_bytes()
    {
        var bytes = new Datagram.Probe(((UInt128)0x0102030405060708 << 64) | 0x090A0B0C0D0E0F10).Encode();
        Assert.Equal("46525259" + "01" + "01" + "0102030405060708090A0B0C0D0E0F10" + new string('0', 436), Hex(bytes));
    }

    [Fact]
    public void Reply_has_these_bytes()
    {
        var expected = "46525259" + "01" + "02" + "00000000000000000000000000000005" + "0000000000000006" + "128B"
            + "01" + "0004" + "626F6174" + new string('0', 120) + Hex(Reply.Box.Span) + "000000";
        Assert.Equal(expected, Hex(Reply.Encode()));
    }

    [Fact]
    public void What_is_encoded_decodes_to_the_same()
    {
        Assert.Equal(new Datagram.Probe(7), Datagram.Decode(new Datagram.Probe(7).Encode()));
        var back = Assert.IsType<Datagram.Reply>(Datagram.Decode(Reply.Encode()));
        Assert.Equal(Reply with { Box = back.Box }, back);
        Assert.Equal(Reply.Box.ToArray(), back.Box.ToArray());
        var card = new MemberCard(Some.Node(3), new string('x', 64));
        Assert.Equal(card, MemberCard.Decode(card.Encode()));
    }

    /// <summary>Nobody can have a node send more than he has sent himself.</summary>
    [Fact]
    public void Reply_is_no_longer_than_the_probe() =>
        Assert.Equal(new Datagram.Probe(1).Encode().Length, Reply.Encode().Length);

    [Theory]
    [InlineData(0, 0x47)]
    [InlineData(4, 2)]
    [InlineData(5, 0)]
    [InlineData(5, 3)]
    [InlineData(34, 65)]
    [InlineData(33, 1)]
    [InlineData(35, 0x07)]
    [InlineData(35, 0xC0)]
    public void Datagram_with_a_wrong_byte_is_none(int at, byte value)
    {
        var bytes = Reply.Encode();
        bytes[at] = value;
        Assert.Null(Datagram.Decode(bytes));
    }

    [Fact]
    public void Datagram_of_another_length_or_without_a_port_is_none()
    {
        Assert.Null(Datagram.Decode(Reply.Encode().AsSpan(1)));
        Assert.Null(Datagram.Decode([.. Reply.Encode(), 0]));
        Assert.Null(Datagram.Decode((Reply with { Port = 0 }).Encode()));
    }

    [Fact]
    public void Standings_that_are_not_known_are_passed_over()
    {
        var bytes = Reply.Encode();
        bytes[32] = 0xFF;
        var back = Assert.IsType<Datagram.Reply>(Datagram.Decode(bytes));
        Assert.Equal(FoundStanding.Open | FoundStanding.Passphrase | FoundStanding.Invites, back.Standing);
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes);
}
