using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>
/// Two ways between the same two nodes, a slow wire and a fast one, of which the fast one comes and goes in the middle
/// of a transfer.
/// </summary>
[Trait("Category", "Root")]
public sealed class HandoverTests
{
    private const string Slow = "wire a b rate=1mbit delay=20ms";
    private const string Fast = "lan home a b rate=20mbit delay=2ms";

    private static readonly ResendBound Bound = new(20_000_000 / 8);

    [Fact]
    public async Task Bulk_moves_to_a_fast_way_that_comes_up_and_back_when_it_falls_silent_and_again_when_it_heals()
    {
        await using var lab = await NetworkLab.UpAsync(Slow, Fast);
        lab.NodeOptions = ["--verbose"];
        var a = await lab.StartAsync("a");
        var b = await lab.StartAsync("b", a);
        await b.WaitForPeersAsync(1);
        const int FileBytes = 60_000_000;
        var source = Contents.Write(lab.Folder["big.bin"], FileBytes);
        await a.ShareAsync(source);
        await using var run = b.Request("big.bin");
        await run.WaitForAsync("the transfer to run", item => item.IsEvent("progress") && item.Number("bytes") > 0);

        await lab.JoinAsync(b, a, over: "home");
        await b.WaitForLinksAsync(2);
        Bound.AssertBites((await run.ReachAsync(0.35)).Number("bytes"));
        Assert.InRange(await lab.BytesAsync("a", "home"), FileBytes * 0.2, FileBytes);

        await lab.CutAsync("a home");
        await b.WaitForLinksAsync(1);
        var overSlow = await lab.BytesAsync("a", "b");
        await Eventually.GetAsync(
            "the slow way to carry on", () => lab.BytesAsync("a", "b"), bytes => bytes > overSlow + 300_000);

        var overFast = await lab.BytesAsync("a", "home");
        await lab.HealAsync("a home");
        await b.WaitForLinksAsync(2);
        await Eventually.GetAsync(
            "bulk to come back", () => lab.BytesAsync("a", "home"), bytes => bytes > overFast + 5_000_000);
        var completed = await run.CompleteAsync();

        Contents.AssertSame(source, completed.Text("path"));
        Bound.AssertHolds(completed.Number("resent"));
        await a.WaitForNoTransfersAsync();
        await b.WaitForNoTransfersAsync();
    }

    [Fact]
    public async Task Two_ways_that_are_alike_carry_one_transfer_together()
    {
        const int FileBytes = 16_000_000;
        await using var lab = await NetworkLab.UpAsync(
            "wire a b rate=8mbit delay=10ms", "lan home a b rate=6mbit delay=5ms");
        var a = await lab.StartAsync("a");
        var b = await lab.StartAsync("b", a);
        await b.WaitForPeersAsync(1);
        await lab.JoinAsync(b, a, over: "home");
        await b.WaitForLinksAsync(2);
        var source = Contents.Write(lab.Folder["big.bin"], FileBytes);
        await a.ShareAsync(source);

        var completed = await b.FetchAsync("big.bin");

        Contents.AssertSame(source, completed.Text("path"));
        foreach (var peer in new[] { "b", "home" })
            Assert.InRange(await lab.BytesAsync("a", peer), FileBytes / 4, FileBytes * 3 / 4);
    }
}
