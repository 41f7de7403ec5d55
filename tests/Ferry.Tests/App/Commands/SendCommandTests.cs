using Ferry.App.Commands;
using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class SendCommandTests
{
    [Fact]
    public async Task Receipt_is_shown_and_nodes_and_paths_are_told_apart()
    {
        using var terminal = new Terminal();
        terminal.Node.Offers.AddRange(
            [Samples.Offer(OfferPhase.Made), Samples.Offer(OfferPhase.Accepted), Samples.Offer(OfferPhase.Arrived)]);

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("send", "boat", "/data/song.flac", "--to", "tower"));

        Assert.Equal(["send boat tower /data/song.flac"], terminal.Node.Asked);
        Assert.Equal(
        [
            "Offering song.flac (2.0 KB) to boat (aaaaaaaaaaaa) as transfer 444444444444.",
            "boat (aaaaaaaaaaaa) accepts song.flac.",
            "song.flac has arrived whole at boat (aaaaaaaaaaaa).",
        ], terminal.Lines);
    }

    [Theory]
    [InlineData(OfferPhase.Refused, 5)]
    [InlineData(OfferPhase.Cancelled, 1)]
    [InlineData(OfferPhase.Withdrawn, 1)]
    public async Task What_does_not_arrive_is_a_failure(OfferPhase end, int code)
    {
        using var terminal = new Terminal();
        terminal.Node.Offers.AddRange([Samples.Offer(OfferPhase.Made), Samples.Offer(end)]);
        Assert.Equal((ExitCode)code, await terminal.RunAsync("send", "boat", "/data/song.flac"));
    }

    [Fact]
    public async Task Word_on_an_offer_is_handed_to_the_node()
    {
        using var terminal = new Terminal();
        terminal.Node.Requests.Add([Samples.Completed]);
        Assert.Equal(ExitCode.Done, await terminal.RunAsync("accept", "song.flac", "--on-conflict", "overwrite"));
        Assert.Equal(ExitCode.Done, await terminal.RunAsync("refuse", "song.flac"));
        Assert.Equal(["accept song.flac - Overwrite", "refuse song.flac"], terminal.Node.Asked);
    }
}
