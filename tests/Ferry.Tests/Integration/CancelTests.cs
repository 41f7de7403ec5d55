using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>A transfer that is cancelled in the middle, on either side, and one that is asked for twice.</summary>
public sealed class CancelTests : IDisposable
{
    private const int FileBytes = 24 << 20;
    private const int Middle = 8 << 20;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelled_on_either_side_it_ends_on_both_and_leaves_nothing(bool byRequester)
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var content = await holder.ShareAsync(Contents.Write(_folder["big.bin"], FileBytes));
        await using var wire = new GatedWire(holder.Port, Middle);
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", wire.Address);
        await requester.WaitForPeersAsync(1);

        await using var run = requester.Request("big.bin");
        await wire.ReachedAsync();
        await (byRequester ? requester : holder).DoAsync("cancel", content[..12]);
        wire.Open();
        var failed = await run.WaitForAsync("the end", item => item.IsEvent("failed"));

        Assert.Contains("cancelled", failed.Text("reason"), StringComparison.Ordinal);
        Assert.Equal(1, (await run.EndAsync()).Code);
        await requester.WaitForNoTransfersAsync();
        await holder.WaitForNoTransfersAsync();
        await Eventually.TrueAsync("the partial file to go", () => Directory.GetFiles(requester.Downloads).Length == 0);
    }

    [Fact]
    public async Task Asked_for_twice_it_comes_once_and_both_are_told()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var source = Contents.Write(_folder["big.bin"], FileBytes);
        await holder.ShareAsync(source);
        await using var wire = new GatedWire(holder.Port, Middle);
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", wire.Address);
        await requester.WaitForPeersAsync(1);

        await using var first = requester.Request("big.bin");
        await wire.ReachedAsync();
        await using var second = requester.Request("big.bin");
        // Its search may not get through the wire before it opens.
        wire.Open();
        var paths = new[] { await first.CompleteAsync(), await second.CompleteAsync() }.Select(end => end.Text("path"));

        Assert.Equal([Path.Combine(requester.Downloads, "big.bin")], paths.Distinct());
        Assert.Equal(paths.Distinct(), Directory.EnumerateFiles(requester.Downloads));
        Contents.AssertSame(source, paths.First());
        await requester.WaitForNoTransfersAsync();
        await holder.WaitForNoTransfersAsync();
    }
}
