using Ferry.Runtime;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>
/// A holder that crashed comes back into a network that is not the one it knew: its log names the requester, and the
/// way there is found anew. Nobody asks for the file a second time.
/// </summary>
[Trait("Category", "Root")]
public sealed class ComebackTests
{
    private const int FileBytes = 16 << 20;
    private const string Shape = "rate=24mbit delay=2ms";

    [Fact]
    public async Task A_requester_with_another_address_and_link_is_found()
    {
        // Two ways between the two hosts; the relay of the second takes no part at first.
        await using var lab = await NetworkLab.UpAsync($"wire a b {Shape}", $"line a c b {Shape}");
        var holder = await lab.StartAsync("a");
        var requester = await lab.StartAsync("b", holder);
        var source = await ShareAsync(lab, holder);
        await StopInTheMiddleAsync(requester, killed: holder);

        await lab.CutAsync("a b");
        await holder.StartAsync();
        await AssertResumingAsync(holder);
        await requester.WaitForPeersAsync(0);
        var relay = await lab.StartAsync("c", holder);
        await requester.DoAsync("join", $"{await lab.AddressAsync("c", "b")}:4747");

        await AssertWholeAsync(requester, source, holder, relay);
    }

    [Fact]
    public async Task A_requester_behind_another_neighbour_is_found_and_a_relay_that_is_gone_for_good_not_missed()
    {
        await using var lab = await NetworkLab.UpAsync($"line a c b {Shape}", $"line a d b {Shape}");
        var holder = await lab.StartAsync("a");
        var first = await lab.StartAsync("c", holder);
        var requester = await lab.StartAsync("b", first);
        await first.WaitForPeersAsync(2);
        var source = await ShareAsync(lab, holder);
        await StopInTheMiddleAsync(requester, killed: holder);

        await first.KillAsync();
        await holder.StartAsync();
        await AssertResumingAsync(holder);
        var second = await lab.StartAsync("d", holder, requester);

        await AssertWholeAsync(requester, source, holder, second);
    }

    [Theory]
    [InlineData("a c b")]
    [InlineData("b c a")]
    [InlineData("c b a")]
    [InlineData("b a c")]
    public async Task All_parties_lose_their_power_and_come_back_in_any_order(string order)
    {
        await using var lab = await NetworkLab.UpAsync($"line a c b {Shape}");
        var nodes = new Dictionary<string, TestNode> { ["a"] = await lab.StartAsync("a") };
        nodes["c"] = await lab.StartAsync("c", nodes["a"]);
        nodes["b"] = await lab.StartAsync("b", nodes["c"]);
        await nodes["c"].WaitForPeersAsync(2);
        var source = await ShareAsync(lab, nodes["a"]);
        await using (var run = nodes["b"].Request("big.bin"))
        {
            await run.ReachAsync(0.3);
            await Task.WhenAll(nodes.Values.Select(node => node.KillAsync()));
        }

        foreach (var name in order.Split(' ')) await nodes[name].StartAsync();

        await AssertWholeAsync(nodes["b"], source, nodes["a"], nodes["c"]);
    }

    private static async Task<string> ShareAsync(NetworkLab lab, TestNode holder)
    {
        var source = Contents.Write(lab.Folder["big.bin"], FileBytes);
        await holder.ShareAsync(source);
        return source;
    }

    private static async Task StopInTheMiddleAsync(TestNode requester, TestNode killed)
    {
        await requester.WaitForPeersAsync(1);
        await using var run = requester.Request("big.bin");
        await run.ReachAsync(0.3);
        await killed.KillAsync();
    }

    private static async Task AssertResumingAsync(TestNode holder)
    {
        var left = Assert.Single(await holder.TransfersAsync());
        Assert.Equal(
            (TransferDirection.Upload, TransferPhase.Resuming, LogEntryState.Open),
            (left.Direction, left.State, left.Wal));
    }

    private static async Task AssertWholeAsync(TestNode requester, string source, params TestNode[] others)
    {
        var target = Path.Combine(requester.Downloads, "big.bin");
        await Eventually.TrueAsync("the file to appear", () => File.Exists(target));
        Contents.AssertSame(source, target);
        Assert.Equal([target], Directory.EnumerateFiles(requester.Downloads));
        foreach (var node in others.Append(requester)) await node.WaitForNoTransfersAsync();
    }
}
