using Ferry.Runtime;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>An error inside a node ends neither it nor what it was doing.</summary>
public sealed class FaultTests
{
    private const int FileBytes = 24 << 20;

    [Theory]
    [InlineData("holder")]
    [InlineData("requester")]
    public async Task A_transfer_goes_on_after_an_error_in_the_middle(string where)
    {
        await using var stage = new NodeStage();
        var clocks = new Dictionary<string, FaultyClock> { ["holder"] = new(), ["requester"] = new() };
        var holder = await stage.StartAsync(stage.OptionsOf("holder"), clocks["holder"]);
        var source = stage.MakeFile("files", "big.bin", FileBytes);
        await stage.ShareAsync(holder, source);
        var port = new Uri((await holder.StatusAsync(stage.Limit)).Listening[0]).Port;
        await using var wire = new GatedWire(port, FileBytes / 3);
        var requester = await stage.StartAsync(
            stage.OptionsOf("requester") with { Join = [wire.Address] }, clocks["requester"]);
        await stage.UntilAsync(async () => (await requester.PeersAsync(stage.Limit)).Any(peer => peer.Links.Count > 0));
        var wanted = new RequestOptions("big.bin", null, First: false);
        var request = requester.RequestAsync(wanted, stage.Limit).ToListAsync(stage.Limit);
        await wire.ReachedAsync();

        clocks[where].FailOnce();
        var failing = where == "holder" ? holder : requester;
        await stage.UntilAsync(async () => await stage.WarningOf(failing, "error inside Ferry") is not null);
        wire.Open();

        var target = Path.Combine(stage.PathOf("requester"), "downloads", "big.bin");
        await stage.UntilAsync(() => Task.FromResult(File.Exists(target)));
        NodeStage.AssertSameFile(source, target);
        foreach (var node in new[] { holder, requester })
            await stage.UntilAsync(async () => (await node.TransfersAsync(stage.Limit)).Count == 0);
        Assert.False(holder.Completion.IsCompleted || requester.Completion.IsCompleted);
        Assert.Equal(port, new Uri((await holder.StatusAsync(stage.Limit)).Listening[0]).Port);
        await request;
    }

    [Fact]
    public async Task A_node_that_has_left_stays_away_through_an_error()
    {
        await using var stage = new NodeStage();
        var clock = new FaultyClock();
        var node = await stage.StartAsync(stage.OptionsOf("node"), clock);
        await node.LeaveAsync(stage.Limit);
        clock.FailOnce();
        await stage.UntilAsync(async () => await stage.WarningOf(node, "error inside Ferry") is not null);

        Assert.Empty((await node.StatusAsync(stage.Limit)).Listening);
    }

    [Fact]
    public async Task An_error_that_comes_again_and_again_stops_the_node_with_its_reason()
    {
        await using var stage = new NodeStage();
        var clock = new FaultyClock();
        var node = await stage.StartAsync(stage.OptionsOf("node"), clock);
        clock.FailAlways();

        // Whatever is asked, the loop looks at its clock.
        await Assert.ThrowsAnyAsync<Exception>(() => node.PeersAsync(stage.Limit));
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => node.Completion.WaitAsync(stage.Limit));

        Assert.Contains("again and again", fault.Message, StringComparison.Ordinal);
        Assert.Contains("the clock is broken", fault.Message, StringComparison.Ordinal);
    }
}
