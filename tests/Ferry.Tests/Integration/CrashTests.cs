using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>
/// Kills in the middle of a transfer, on the loopback interface: a gated wire holds the transfer at a byte, so the
/// middle is the middle on every machine. <see cref="NetworkCrashTests"/> does it on shaped wires and larger networks.
/// </summary>
public sealed class CrashTests : IDisposable
{
    private const int FileBytes = 24 << 20;

    /// <summary>Where the wire holds; so no more than this can come twice.</summary>
    private const int Middle = 8 << 20;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_holder_that_crashes_and_comes_back_goes_on_by_itself()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var source = Contents.Write(_folder["big.bin"], FileBytes);
        await holder.ShareAsync(source);
        await using var wire = new GatedWire(holder.Port, Middle);
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", wire.Address);
        await requester.WaitForPeersAsync(1);

        await using var run = requester.Request("big.bin");
        await wire.ReachedAsync();
        await holder.KillAsync();
        wire.Open();
        await holder.StartAsync();
        var completed = await run.CompleteAsync();

        Contents.AssertSame(source, completed.Text("path"));
        Assert.InRange(completed.Number("resent"), 0, Middle);
        await AssertNothingLeftAsync(holder, requester);
    }

    [Fact]
    public async Task A_requester_that_crashes_and_comes_back_goes_on_by_itself()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var source = Contents.Write(_folder["big.bin"], FileBytes);
        await holder.ShareAsync(source);
        await using var wire = new GatedWire(holder.Port, Middle);
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", wire.Address);
        await requester.WaitForPeersAsync(1);

        await using var run = requester.Request("big.bin");
        await wire.ReachedAsync();
        await requester.KillAsync();
        wire.Open();
        await requester.StartAsync();

        var target = Path.Combine(requester.Downloads, "big.bin");
        await Eventually.TrueAsync("the file to appear", () => File.Exists(target));
        Contents.AssertSame(source, target);
        await AssertNothingLeftAsync(holder, requester);
    }

    [Fact]
    public async Task A_relay_that_crashes_and_comes_back_carries_on()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var source = Contents.Write(_folder["big.bin"], FileBytes);
        await holder.ShareAsync(source);
        await using var wire = new GatedWire(holder.Port, Middle);
        await using var relay = await TestNode.StartAsync(_folder, "relay", "--join", wire.Address);
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", relay.Address);
        await relay.WaitForPeersAsync(2);

        await using var run = requester.Request("big.bin");
        await wire.ReachedAsync();
        await relay.KillAsync();
        wire.Open();
        await relay.StartAsync();
        var completed = await run.CompleteAsync();

        Contents.AssertSame(source, completed.Text("path"));
        Assert.InRange(completed.Number("resent"), 0, Middle);
        await AssertNothingLeftAsync(holder, relay, requester);
    }

    [Fact]
    public async Task All_three_crash_and_nothing_is_lost()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var source = Contents.Write(_folder["big.bin"], FileBytes);
        await holder.ShareAsync(source);
        await using var wire = new GatedWire(holder.Port, Middle);
        await using var relay = await TestNode.StartAsync(_folder, "relay", "--join", wire.Address);
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", relay.Address);
        await relay.WaitForPeersAsync(2);

        await using var run = requester.Request("big.bin");
        await wire.ReachedAsync();
        foreach (var node in new[] { holder, relay, requester }) await node.KillAsync();
        wire.Open();
        foreach (var node in new[] { requester, relay, holder }) await node.StartAsync();

        var target = Path.Combine(requester.Downloads, "big.bin");
        await Eventually.TrueAsync("the file to appear", () => File.Exists(target));
        Contents.AssertSame(source, target);
        await AssertNothingLeftAsync(holder, relay, requester);
    }

    [Fact]
    public async Task Who_leaves_and_joins_again_gets_the_rest()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var source = Contents.Write(_folder["big.bin"], FileBytes);
        await holder.ShareAsync(source);
        await using var wire = new GatedWire(holder.Port, Middle);
        await using var requester = await TestNode.StartAsync(_folder, "requester");
        await requester.DoAsync("join", wire.Address);

        await using var run = requester.Request("big.bin");
        await wire.ReachedAsync();
        await requester.DoAsync("leave");
        wire.Open();
        await requester.WaitForPeersAsync(0);
        Assert.NotEmpty(await requester.DoAsync("transfers"));
        await requester.DoAsync("join", wire.Address);

        var target = Path.Combine(requester.Downloads, "big.bin");
        await Eventually.TrueAsync("the file to appear", () => File.Exists(target));
        Contents.AssertSame(source, target);
        await AssertNothingLeftAsync(holder, requester);
    }

    private static async Task AssertNothingLeftAsync(params TestNode[] nodes)
    {
        foreach (var node in nodes) await node.WaitForNoTransfersAsync();
    }
}
