using System.Net;
using System.Threading.Channels;
using Ferry.Transports.Lan;
using Xunit;

namespace Ferry.Tests.Transports.Lan;

/// <summary>On the loopback, which a node itself never takes for a segment.</summary>
public sealed class LanMediumTests : IDisposable
{
    private static readonly LanSegment Loopback = new(
        "lo", 1, IPAddress.Loopback, IPAddress.Parse("127.255.255.255"), 8, 4747);

    private readonly List<LanMedium> _media = [];
    private readonly CancellationTokenSource _limit = new(Patience.Limit);

    [Fact]
    public async Task What_is_sent_to_all_reaches_every_node_of_the_machine_and_answers_reach_the_sender_alone()
    {
        var (one, oneHears) = Open();
        var (other, otherHears) = Open();
        var question = Guid.NewGuid().ToByteArray();
        await one.SendToAllAsync(question, _limit.Token);
        await HeardAsync(oneHears, question);
        var heard = await HeardAsync(otherHears, question);
        Assert.Equal(Loopback, heard.Segment);

        var answer = Guid.NewGuid().ToByteArray();
        await other.SendAsync(answer, heard.Source, _limit.Token);
        await HeardAsync(oneHears, answer);
        while (otherHears.TryRead(out var more)) Assert.NotEqual(answer, more.Bytes.ToArray());
    }

    [Fact]
    public async Task Datagram_that_is_too_long_makes_nobody_deaf()
    {
        var (one, _) = Open();
        var (_, hears) = Open();
        await one.SendToAllAsync(new byte[4_000], _limit.Token);
        var question = Guid.NewGuid().ToByteArray();
        await one.SendToAllAsync(question, _limit.Token);
        await HeardAsync(hears, question);
    }

    public void Dispose()
    {
        foreach (var medium in _media) medium.Dispose();
        _limit.Dispose();
    }

    private (LanMedium Medium, ChannelReader<LanDatagram> Heard) Open()
    {
        var heard = Channel.CreateUnbounded<LanDatagram>();
        var medium = new LanMedium(datagram => heard.Writer.TryWrite(datagram));
        _media.Add(medium);
        Assert.Null(medium.Use([Loopback]));
        return (medium, heard.Reader);
    }

    /// <summary>Others' tests may be about at the same time.</summary>
    private async Task<LanDatagram> HeardAsync(ChannelReader<LanDatagram> reader, byte[] bytes) =>
        await reader.ReadAllAsync(_limit.Token).FirstAsync(datagram => datagram.Bytes.Span.SequenceEqual(bytes));
}
