using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>
/// Real nodes over wires that are as slow as Bluetooth. Time is the wire's here: what matters is what crosses it before
/// what. How long it takes is measured by bench/slowlink.
/// </summary>
[Trait("Category", "Root")]
public sealed class SlowLinkTests
{
    [Theory]
    [InlineData("rate=150kbit delay=100ms", 200_000)]
    [InlineData("rate=1mbit delay=20ms jitter=5ms", 1_000_000)]
    [InlineData("rate=3mbit delay=50ms loss=0.5%", 3_000_000)]
    public async Task File_crosses_a_slow_wire_once(string shape, int fileBytes)
    {
        await using var lab = await NetworkLab.UpAsync($"wire a b {shape}");
        var (a, b) = await PairAsync(lab);
        var source = Contents.Write(lab.Folder["big.bin"], fileBytes);
        await a.ShareAsync(source);

        var completed = await b.FetchAsync("big.bin");

        Contents.AssertSame(source, completed.Text("path"));
        Assert.Equal(0, completed.Number("resent"));
        await a.WaitForNoTransfersAsync();
    }

    [Fact]
    public async Task Search_crosses_a_full_slow_wire_before_most_of_what_was_queued_ahead_of_it()
    {
        // A system that had taken a quarter of a mebibyte ahead of the answer would let all of that pass first.
        const long BytesMax = 128 * 1024;
        await using var lab = await NetworkLab.UpAsync("wire a b rate=150kbit delay=20ms");
        var (a, b) = await PairAsync(lab);
        await a.ShareAsync(Contents.Write(lab.Folder["big.bin"], 2_000_000));
        await a.ShareAsync(Contents.Write(lab.Folder["small.txt"], 100));
        await using var run = b.Request("big.bin");
        await run.ReachAsync(0.05);

        var before = await lab.BytesAsync("a", "b");
        var hit = await b.FirstHitAsync("small.txt");

        Assert.Equal("small.txt", hit.Name);
        Assert.InRange(await lab.BytesAsync("a", "b") - before, 1, BytesMax);
    }

    [Fact]
    public async Task Wire_that_falls_silent_is_noticed_by_the_heartbeat()
    {
        await using var lab = await NetworkLab.UpAsync("wire a b rate=1mbit delay=20ms");
        lab.NodeOptions = ["--verbose"];
        var (a, b) = await PairAsync(lab);
        await a.ShareAsync(Contents.Write(lab.Folder["big.bin"], 5_000_000));
        await using var run = b.Request("big.bin");
        await run.ReachAsync(0.05);

        await lab.CutAsync("a b");
        foreach (var node in new[] { a, b }) await node.WaitForPeersAsync(0);

        // The kernel would try to send for a quarter of an hour, and then give another reason.
        foreach (var node in new[] { a, b })
        {
            await Eventually.GetAsync(
                "the end of the link in the log", () => Task.FromResult(node.Log),
                log => log.Contains("is down: silent for 15 s", StringComparison.Ordinal));
        }
    }

    private static async Task<(TestNode Holder, TestNode Requester)> PairAsync(NetworkLab lab)
    {
        var a = await lab.StartAsync("a");
        var b = await lab.StartAsync("b", a);
        await b.WaitForPeersAsync(1);
        return (a, b);
    }
}
