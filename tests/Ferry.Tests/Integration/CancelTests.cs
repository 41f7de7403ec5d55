using Ferry.Runtime;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>A transfer that is cancelled in the middle, on either side, and one that is asked for twice.</summary>
public sealed class CancelTests : IDisposable
{
    private const int FileBytes = 24 << 20;
    private const int Middle = 8 << 20;
    private const int Early = 1 << 20;

    /// <summary>So slow that the transfer is far from its end whatever a busy machine needs for the commands meanwhile.
    /// </summary>
    private const int Rate = 256_000;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Cancelled_by_its_requester_it_ends_on_both_and_leaves_nothing()
    {
        await using var transfer = await HalfwayTransfer.StartAsync(_folder);
        var requester = transfer.Requester;
        await requester.DoAsync("cancel", transfer.Content[..12]);
        transfer.Wire.Open();
        var failed = await transfer.Run.WaitForAsync("the end", item => item.IsEvent("failed"));

        Assert.Contains("cancelled", failed.Text("reason"), StringComparison.Ordinal);
        Assert.Equal(1, (await transfer.Run.EndAsync()).Code);
        await transfer.AssertOverAsync();
        await Eventually.TrueAsync("the partial file to go", () => Directory.GetFiles(requester.Downloads).Length == 0);
    }

    /// <summary>The holder's word ends the command, and not what the requester has: another holder may come.</summary>
    [Fact]
    public async Task Cancelled_by_its_holder_it_ends_there_and_is_kept_by_the_requester()
    {
        await using var transfer = await HalfwayTransfer.StartAsync(_folder);
        var requester = transfer.Requester;
        await transfer.Holder.DoAsync("cancel", transfer.Content[..12]);
        transfer.Wire.Open();
        var failed = await transfer.Run.WaitForAsync("the end", item => item.IsEvent("failed"));

        Assert.Contains("cancelled", failed.Text("reason"), StringComparison.Ordinal);
        Assert.Equal(1, (await transfer.Run.EndAsync()).Code);
        await transfer.Holder.WaitForNoTransfersAsync();
        Assert.NotNull(Assert.Single(await requester.TransfersAsync()).Reason);
        Assert.Single(Directory.GetFiles(requester.Downloads));

        await using var again = requester.Request("big.bin");
        await again.CompleteAsync();
        await transfer.AssertArrivesAsync();
    }

    [Fact]
    public async Task Cancel_of_one_upload_leaves_those_to_others()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        await holder.ShareAsync(Contents.Write(_folder["big.bin"], FileBytes));
        await using var leftWire = new GatedWire(holder.Port, Middle);
        await using var rightWire = new GatedWire(holder.Port, Middle);
        await using var left = await TestNode.StartAsync(_folder, "left", "--join", leftWire.Address);
        await using var right = await TestNode.StartAsync(_folder, "right", "--join", rightWire.Address);
        await holder.WaitForPeersAsync(2);

        await using var one = left.Request("big.bin", "--detach");
        await leftWire.ReachedAsync();
        await using var other = right.Request("big.bin");
        await rightWire.ReachedAsync();
        var uploads = await holder.TransfersAsync();
        Assert.Equal(new[] { left.Id, right.Id }.Order(), uploads.Select(upload => upload.Peer).Order());
        var ended = await holder.DoAsync("cancel", uploads.Single(upload => upload.Peer == left.Id).Transfer[..12]);

        Assert.Equal(left.Id, Assert.Single(ended).Text("peer"));
        Assert.Equal(right.Id, Assert.Single(await holder.TransfersAsync()).Peer);
        leftWire.Open();
        rightWire.Open();
        await other.CompleteAsync();
    }

    [Fact]
    public async Task Two_that_help_each_other_say_that_nobody_has_the_rest()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var content = await holder.ShareAsync(Contents.Write(_folder["big.bin"], 2 * FileBytes));
        await using var leftWire = new GatedWire(holder.Port, Early, Rate);
        await using var rightWire = new GatedWire(holder.Port, Early, Rate);
        await using var left = await TestNode.StartAsync(_folder, "left", "--join", leftWire.Address);
        await using var right = await TestNode.StartAsync(
            _folder, "right", "--join", rightWire.Address, "--join", left.Address);
        await holder.WaitForPeersAsync(2);
        await left.WaitForPeersAsync(2);

        await using var one = left.Request("big.bin");
        await using var other = right.Request("big.bin");
        foreach (var wire in new[] { leftWire, rightWire })
        {
            await wire.ReachedAsync();
            // A wire that stands still is a link that is lost, and with it the holder's word.
            wire.Open();
        }
        // Each answer makes its holder known to the download.
        foreach (var node in new[] { left, right }) await node.DoAsync("search", content);
        foreach (var node in new[] { left, right })
            await Eventually.GetAsync(
                "one to give to the other", async () => (await node.TransfersAsync()).Count, count => count == 2);
        Assert.Equal(2, (await holder.DoAsync("cancel", content)).Count);

        foreach (var run in new[] { one, other })
        {
            var paused = await run.WaitForAsync("a word", item => item.IsEvent("paused"));
            Assert.Contains("its holder cancelled the transfer", paused.Text("reason"), StringComparison.Ordinal);
        }
        foreach (var node in new[] { left, right })
        {
            var waits = await Eventually.GetAsync(
                "the download to wait",
                async () => (await node.TransfersAsync()).Single(it => it.Direction == TransferDirection.Download),
                it => it.State == TransferPhase.Searching);
            Assert.Equal(0, waits.Rate);
            Assert.NotNull(waits.Reason);
        }
        await using var later = left.Request(content);
        await later.WaitForAsync("a word", item => item.IsEvent("paused"));
        await left.DoAsync("cancel", content);
        Assert.Equal(1, (await later.EndAsync()).Code);
    }

    /// <summary>A requester that gives on what it has: its own download is not what the upload's id names.</summary>
    [Fact]
    public async Task Cancel_of_an_upload_leaves_the_download_of_the_same_content()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var content = await holder.ShareAsync(Contents.Write(_folder["big.bin"], FileBytes));
        await using var wire = new GatedWire(holder.Port, Middle);
        await using var middle = await TestNode.StartAsync(_folder, "middle", "--join", wire.Address);
        await using var far = await TestNode.StartAsync(_folder, "far", "--join", middle.Address);
        await middle.WaitForPeersAsync(2);

        await using var own = middle.Request("big.bin");
        await wire.ReachedAsync();
        await using var theirs = far.Request(content, "--detach");
        var upload = await Eventually.GetAsync(
            "the middle to give on what it has",
            async () => (await middle.TransfersAsync()).FirstOrDefault(it => it.Direction == TransferDirection.Upload),
            found => found is not null);
        await middle.DoAsync("cancel", upload!.Transfer[..12]);

        Assert.Single(await middle.TransfersAsync(), it => it.Direction == TransferDirection.Download);
        wire.Open();
        await own.CompleteAsync();
    }

    [Fact]
    public async Task Asked_for_twice_it_comes_once_and_both_are_told()
    {
        await using var transfer = await HalfwayTransfer.StartAsync(_folder);
        var requester = transfer.Requester;
        await using var second = requester.Request("big.bin");
        // Its search may not get through the wire before it opens.
        transfer.Wire.Open();
        var ends = new[] { await transfer.Run.CompleteAsync(), await second.CompleteAsync() };
        var paths = ends.Select(end => end.Text("path"));

        Assert.Equal([Path.Combine(requester.Downloads, "big.bin")], paths.Distinct());
        Assert.Equal(paths.Distinct(), Directory.EnumerateFiles(requester.Downloads));
        Contents.AssertSame(transfer.Source, paths.First());
        await transfer.AssertOverAsync();
    }
}
