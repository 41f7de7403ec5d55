using System.Text.Json;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>
/// Kills of each role, late in a transfer over several hops of shaped wires, between network namespaces. The kill is
/// triggered by a progress event; the transfer then ends by itself. What is sent again is measured on the wires of the
/// holder, which count on through every restart.
/// </summary>
[Trait("Category", "Root")]
public sealed class NetworkCrashTests
{
    private const int FileBytes = 9 << 20;
    private const double Late = 0.67;
    private const string Shape = "rate=6mbit delay=2ms";
    private static readonly ResendBound Bound = new(6_000_000 / 8);

    public enum Role
    {
        Holder,
        Requester,
        Relay,
    }

    [Theory]
    [InlineData(Role.Holder)]
    [InlineData(Role.Requester)]
    [InlineData(Role.Relay)]
    public async Task In_a_line_of_five(Role killed)
    {
        await using var lab = await NetworkLab.UpAsync($"line a b c d e {Shape}");
        var a = await lab.StartAsync("a");
        var b = await lab.StartAsync("b", a);
        var c = await lab.StartAsync("c", b);
        var d = await lab.StartAsync("d", c);
        var e = await lab.StartAsync("e", d);
        foreach (var relay in new[] { b, c, d }) await relay.WaitForPeersAsync(2);
        await KillLateAsync(lab, holder: a, relay: c, requester: e, killed, firstHops: "b");
    }

    [Theory]
    [InlineData(Role.Holder)]
    [InlineData(Role.Requester)]
    [InlineData(Role.Relay)]
    public async Task In_a_star_of_eight(Role killed)
    {
        await using var lab = await NetworkLab.UpAsync($"star hub s1 s2 s3 s4 s5 s6 s7 {Shape}");
        var hub = await lab.StartAsync("hub");
        var leaves = new List<TestNode>();
        for (var leaf = 1; leaf <= 7; leaf++) leaves.Add(await lab.StartAsync($"s{leaf}", hub));
        await hub.WaitForPeersAsync(7);
        await KillLateAsync(lab, holder: leaves[0], relay: hub, requester: leaves[6], killed, firstHops: "hub");
    }

    [Theory]
    [InlineData(Role.Holder)]
    [InlineData(Role.Requester)]
    public async Task In_a_ring_of_six(Role killed)
    {
        await using var lab = await NetworkLab.UpAsync($"line a b c d e f {Shape}", $"wire f a {Shape}");
        var ring = await RingAsync(lab);
        await KillLateAsync(
            lab, holder: ring[0], relay: ring[1], requester: ring[2], killed, firstHops: ["b", "f"]);
    }

    [Fact]
    public async Task In_a_ring_a_relay_that_never_comes_back_is_gone_round()
    {
        await using var lab = await NetworkLab.UpAsync($"line a b c d e f {Shape}", $"wire f a {Shape}");
        var ring = await RingAsync(lab);
        var source = Contents.Write(lab.Folder["big.bin"], FileBytes);
        await ring[0].ShareAsync(source);

        await using var run = ring[2].Request("big.bin");
        await ReachAsync(run);
        await ring[1].KillAsync();
        var completed = await run.CompleteAsync();

        Contents.AssertSame(source, completed.Text("path"));
        await AssertBoundAsync(lab, "a", ["b", "f"], completed);
        foreach (var node in ring.Where(node => node != ring[1])) await node.WaitForNoTransfersAsync();
    }

    [Fact]
    public async Task A_wire_that_is_cut_and_healed_costs_only_time()
    {
        await using var lab = await NetworkLab.UpAsync($"line a b c {Shape}");
        var a = await lab.StartAsync("a");
        var b = await lab.StartAsync("b", a);
        var c = await lab.StartAsync("c", b);
        await b.WaitForPeersAsync(2);
        var source = Contents.Write(lab.Folder["big.bin"], FileBytes);
        await a.ShareAsync(source);

        await using var run = c.Request("big.bin");
        await ReachAsync(run);
        await lab.CutAsync("a b");
        await b.WaitForPeersAsync(1);
        await lab.HealAsync("a b");
        var completed = await run.CompleteAsync();

        Contents.AssertSame(source, completed.Text("path"));
        await AssertBoundAsync(lab, "a", ["b"], completed);
    }

    private static async Task<IReadOnlyList<TestNode>> RingAsync(NetworkLab lab)
    {
        var nodes = new List<TestNode> { await lab.StartAsync("a") };
        foreach (var host in new[] { "b", "c", "d", "e" }) nodes.Add(await lab.StartAsync(host, nodes[^1]));
        nodes.Add(await lab.StartAsync("f", nodes[^1], nodes[0]));
        foreach (var node in nodes) await node.WaitForPeersAsync(2);
        return nodes;
    }

    /// <param name="firstHops">The hosts to which the holder has wires.</param>
    private static async Task KillLateAsync(
        NetworkLab lab, TestNode holder, TestNode relay, TestNode requester, Role killed,
        params IReadOnlyList<string> firstHops)
    {
        var source = Contents.Write(lab.Folder["big.bin"], FileBytes);
        await holder.ShareAsync(source);
        await using var run = requester.Request("big.bin");
        await ReachAsync(run);

        var victim = killed switch { Role.Holder => holder, Role.Relay => relay, _ => requester };
        await victim.KillAsync();
        await victim.StartAsync();

        if (killed == Role.Requester)
        {
            // Its user's command died with it; the node goes on without being asked.
            var target = Path.Combine(requester.Downloads, "big.bin");
            await Eventually.TrueAsync("the file to appear", () => File.Exists(target));
            await AssertBoundAsync(lab, holder.Name, firstHops, completed: null);
        }
        else await AssertBoundAsync(lab, holder.Name, firstHops, await run.CompleteAsync());
        Contents.AssertSame(source, Path.Combine(requester.Downloads, "big.bin"));
        foreach (var node in new[] { holder, relay, requester }) await node.WaitForNoTransfersAsync();
    }

    private static async Task ReachAsync(RequestRun run) =>
        Bound.AssertBites((await run.ReachAsync(Late)).Number("bytes"));

    private static async Task AssertBoundAsync(
        NetworkLab lab, string holder, IReadOnlyList<string> firstHops, JsonElement? completed)
    {
        if (completed is { } last) Bound.AssertHolds(last.Number("resent"));
        var crossed = 0L;
        foreach (var hop in firstHops) crossed += await lab.BytesAsync(holder, hop);
        Bound.AssertHoldsOver(crossed, FileBytes);
    }
}
