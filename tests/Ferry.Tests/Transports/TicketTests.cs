using System.Text;
using Ferry.Protocol.Values;
using Ferry.Transports.Secure;
using Xunit;

namespace Ferry.Tests.Transports;

public sealed class TicketTests
{
    private static readonly Ticket Whole = new(
        Some.Node(7), new byte[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
        DateTimeOffset.FromUnixTimeSeconds(1_800_000_000),
        ["tcp://192.168.1.7:4747", "bluetooth://AA:BB:CC:DD:EE:FF/3"]);

    [Fact]
    public void What_was_given_out_is_read_again()
    {
        var read = Ticket.Parse($"  {Whole.Encode()}\n");
        Assert.NotNull(read);
        Assert.Equal(Whole.Inviter, read.Inviter);
        Assert.Equal(Whole.Secret.ToArray(), read.Secret.ToArray());
        Assert.Equal(Whole.Expires, read.Expires);
        Assert.Equal(Whole.Addresses, read.Addresses);
        Assert.Equal(Whole.Encode(), read.Encode());
    }

    /// <summary>From the table in docs/protocol.md, by hand.</summary>
    [Fact]
    public void Form_is_the_documented_one()
    {
        byte[] head =
        [
            1, .. new byte[7], 7, .. new byte[23], 1, .. Enumerable.Range(0, 16).Select(n => (byte)n),
            0x6B, 0x49, 0xD2, 0x00, 2,
        ];
        byte[] content =
        [
            .. head, 22, .. Encoding.ASCII.GetBytes("tcp://192.168.1.7:4747"),
            31, .. Encoding.ASCII.GetBytes("bluetooth://AA:BB:CC:DD:EE:FF/3"),
        ];
        byte[] all = [.. content, .. System.Security.Cryptography.SHA256.HashData(content)[..4]];
        var text = Convert.ToBase64String(all).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        Assert.Equal("ferry:" + text, Whole.Encode());
    }

    [Fact]
    public void Ticket_that_is_not_whole_is_none()
    {
        var text = Whole.Encode();
        for (var length = 0; length < text.Length; length++) Assert.Null(Ticket.Parse(text[..length]));
        for (var at = Ticket.Scheme.Length; at < text.Length - 1; at++)
        {
            var changed = text.ToCharArray();
            changed[at] = changed[at] == 'A' ? 'B' : 'A';
            Assert.Null(Ticket.Parse(new string(changed)));
        }
    }

    /// <summary>The check sum is right, and all else is chance: what happens to be a ticket is read as it is.</summary>
    [Fact]
    public void No_bytes_throw()
    {
        var random = new SeededRandom(9);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(140)];
            for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)random.NextUInt64();
            if (bytes.Length > 60)
            {
                bytes[0] = 1;
                bytes[53] = (byte)random.Next(3);
                bytes[54] = (byte)random.Next(bytes.Length);
            }
            byte[] all = [.. bytes, .. System.Security.Cryptography.SHA256.HashData(bytes)[..4]];
            var text = Convert.ToBase64String(all).TrimEnd('=').Replace('+', '-').Replace('/', '_');
            if (Ticket.Parse("ferry:" + text) is { } ticket) Assert.Equal("ferry:" + text, ticket.Encode());
            Ticket.Parse("ferry:" + Encoding.Latin1.GetString(bytes));
        }
        Assert.Null(Ticket.Parse("ferry:" + new string('A', 100_000)));
    }
}
