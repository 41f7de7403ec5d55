using Ferry.Simulation.Network;
using Ferry.Simulation.Scenarios;
using Ferry.Simulation.World;
using Xunit;

namespace Ferry.Simulation.Tests;

/// <summary>How fast several links between two nodes are together, in virtual time.</summary>
public sealed class SeveralLinksTests(ITestOutputHelper output)
{
    private const long Fast = 2_000_000;

    /// <param name="hops">Over each hop there are both links.</param>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(4, 1)]
    [InlineData(10, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(4, 3)]
    public void Comparable_links_together_reach_nine_tenths_of_the_sum(int ratio, int hops)
    {
        var (fast, slow) = (WireTraits.Wifi, WireTraits.Wifi with { Rate = Fast / ratio });
        var (alone, other, both) = (Rate(hops, fast), Rate(hops, slow), Rate(hops, fast, slow));
        output.WriteLine($"1:{ratio} over {hops} hops: {alone} and {other} alone, {both} together");
        Assert.True(both >= 0.9 * (alone + other), $"{alone} and {other} alone, {both} together");
    }

    [Theory]
    [InlineData(15, 1)]
    [InlineData(20, 1)]
    [InlineData(100, 1)]
    [InlineData(100, 2)]
    [InlineData(1000, 1)]
    public void Far_slower_link_does_no_harm(int ratio, int hops)
    {
        var slow = WireTraits.Bluetooth with { Rate = Fast / ratio };
        var (alone, both) = (Rate(hops, WireTraits.Wifi), Rate(hops, WireTraits.Wifi, slow));
        output.WriteLine($"1:{ratio} over {hops} hops: {alone} alone, {both} together");
        Assert.True(both >= 0.99 * alone, $"{alone} alone, {both} together");
    }

    /// <summary>A link that promises more than it keeps is found out before it has held up much.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    public void Link_that_promises_too_much_does_little_harm(int ratio)
    {
        var boaster = WireTraits.Wifi with { Rate = Fast / ratio, PromisedRate = 5 * Fast };
        var (alone, both) = (Rate(1, WireTraits.Wifi), Rate(1, WireTraits.Wifi, boaster));
        output.WriteLine($"1:{ratio}: {alone} alone, {both} together");
        Assert.True(both >= 0.9 * alone, $"{alone} alone, {both} together");
    }

    /// <summary>Bytes per second from the start of the download to its end.</summary>
    private static long Rate(int hops, params WireTraits[] links)
    {
        var world = new SimWorld(seed: 1, new Trace(null));
        var stage = new Stage(world);
        var nodes = stage.Nodes(hops + 1);
        for (var hop = 0; hop < hops; hop++)
            for (var link = 0; link < links.Length; link++)
                world.AddWire(nodes[hop], nodes[hop + 1], links[link], network: link);
        var content = stage.Share(200 * Stage.Chunk, nodes[0]);
        stage.BootAll();
        stage.WantAt(7, nodes[^1], content);
        world.RunTo(8_000_000);
        var wish = Assert.Single(nodes[^1].User.Wishes);
        Assert.True(world.RunUntil(() => wish.IsDone, TimeSpan.FromMinutes(60)));
        return (long)(content.Bytes.Length / ((wish.DoneAt - wish.StartedAt) / 1e6));
    }
}
