using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>
/// Kills late in a transfer, on the loopback interface: a paced wire keeps the window small and holds the transfer at a
/// byte, so late is late on every machine. <see cref="NetworkCrashTests"/> does it on shaped wires and larger networks.
/// </summary>
public sealed class CrashTests : IDisposable
{
    private const int FileBytes = 12 << 20;

    /// <summary>Where the wire holds. What it has carried by then, but for a window, is durable.</summary>
    private const int Late = 9 << 20;
    private const int Rate = 700_000;
    private static readonly ResendBound Bound = new(Rate);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_holder_that_crashes_and_comes_back_goes_on_by_itself()
    {
        await using var stage = await StageAsync(relayed: false);
        await using var run = stage.Requester.Request("big.bin");
        await stage.ReachAsync();
        await stage.Holder.KillAsync();
        stage.Wire.Open();
        await stage.Holder.StartAsync();
        var completed = await run.CompleteAsync();

        Bound.AssertHolds(completed.Number("resent"));
        await stage.AssertEndsWellAsync();
    }

    [Fact]
    public async Task A_requester_that_crashes_and_comes_back_goes_on_by_itself()
    {
        await using var stage = await StageAsync(relayed: false);
        await using var run = stage.Requester.Request("big.bin");
        await stage.ReachAsync();
        await stage.Requester.KillAsync();
        stage.Wire.Open();
        await stage.Requester.StartAsync();

        await stage.AssertEndsWellAsync();
    }

    [Fact]
    public async Task A_relay_that_crashes_and_comes_back_carries_on()
    {
        await using var stage = await StageAsync(relayed: true);
        await using var run = stage.Requester.Request("big.bin");
        await stage.ReachAsync();
        await stage.Relays[0].KillAsync();
        stage.Wire.Open();
        await stage.Relays[0].StartAsync();
        var completed = await run.CompleteAsync();

        Bound.AssertHolds(completed.Number("resent"));
        await stage.AssertEndsWellAsync();
    }

    [Fact]
    public async Task All_three_crash_and_nothing_is_lost()
    {
        await using var stage = await StageAsync(relayed: true);
        await using var run = stage.Requester.Request("big.bin");
        await stage.ReachAsync();
        foreach (var node in new[] { stage.Holder, stage.Relays[0], stage.Requester }) await node.KillAsync();
        stage.Wire.Open();
        foreach (var node in new[] { stage.Requester, stage.Relays[0], stage.Holder }) await node.StartAsync();

        await stage.AssertEndsWellAsync();
    }

    [Fact]
    public async Task Who_leaves_and_joins_again_gets_the_rest()
    {
        await using var stage = await StageAsync(relayed: false);
        await using var run = stage.Requester.Request("big.bin");
        await stage.ReachAsync();
        await stage.Requester.DoAsync("leave");
        stage.Wire.Open();
        await stage.Requester.WaitForPeersAsync(0);
        Assert.NotEmpty(await stage.Requester.DoAsync("transfers"));
        await stage.Requester.DoAsync("join", stage.Wire.Address);

        await stage.AssertEndsWellAsync();
    }

    /// <summary>A holder, perhaps a relay, and a requester that fetches; the wire is the holder's.</summary>
    private async Task<Stage> StageAsync(bool relayed)
    {
        var holder = await TestNode.StartAsync(_folder, "holder");
        var source = Contents.Write(_folder["big.bin"], FileBytes);
        await holder.ShareAsync(source);
        var wire = new GatedWire(holder.Port, Late, Rate);
        TestNode[] relays = relayed ? [await TestNode.StartAsync(_folder, "relay", "--join", wire.Address)] : [];
        var next = relayed ? relays[0].Address : wire.Address;
        var requester = await TestNode.StartAsync(_folder, "requester", "--join", next);
        foreach (var relay in relays) await relay.WaitForPeersAsync(2);
        await requester.WaitForPeersAsync(1);
        return new Stage(source, holder, wire, relays, requester);
    }

    private sealed record Stage(
        string Source, TestNode Holder, GatedWire Wire, IReadOnlyList<TestNode> Relays, TestNode Requester)
        : IAsyncDisposable
    {
        private IEnumerable<TestNode> Nodes => [Requester, .. Relays, Holder];

        /// <summary>Until the wire holds; the rest of the file cannot have come then.</summary>
        public async Task ReachAsync()
        {
            await Wire.ReachedAsync();
            Bound.AssertBites(Wire.BytesToNear - Bound.Bytes);
        }

        public async Task AssertEndsWellAsync()
        {
            var target = Path.Combine(Requester.Downloads, "big.bin");
            await Eventually.TrueAsync("the file to appear", () => File.Exists(target));
            Contents.AssertSame(Source, target);
            Bound.AssertHoldsOver(Wire.BytesToNear, FileBytes);
            foreach (var node in Nodes) await node.WaitForNoTransfersAsync();
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var node in Nodes) await node.DisposeAsync();
            await Wire.DisposeAsync();
        }
    }
}
