using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>Where <c>--output</c> leads, and what becomes of it when it leads nowhere.</summary>
public sealed class OutputTests : IDisposable
{
    private const int FileBytes = 24 << 20;
    private const int BytesPerSecond = 3 << 20;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Once it waited for ever, and "goes on by itself once the folder can be written".</summary>
    [Fact]
    public async Task A_place_where_no_file_can_be_made_fails_at_once_with_the_way_out()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "there is no /proc here");
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        await holder.ShareAsync(Contents.Write(_folder["song.flac"], 1 << 20));
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", holder.Address);
        await requester.WaitForPeersAsync(1);

        await using var run = requester.Request("song.flac", "--output", "/proc/song.flac");
        var failed = await run.WaitForAsync("the end", item => item.IsEvent("failed"));

        Assert.Contains("/proc/song.flac", failed.Text("reason"), StringComparison.Ordinal);
        Assert.Contains("--output", failed.Text("reason"), StringComparison.Ordinal);
        Assert.Equal(1, (await run.EndAsync()).Code);
        await requester.WaitForNoTransfersAsync();
        await holder.WaitForNoTransfersAsync();
    }

    [Fact]
    public async Task A_second_request_with_another_target_gets_its_file_there()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var source = Contents.Write(_folder["big.bin"], FileBytes);
        await holder.ShareAsync(source);
        // Slow, not held: the second request has to find the file, too.
        await using var wire = new GatedWire(holder.Port, long.MaxValue, BytesPerSecond);
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", wire.Address);
        await requester.WaitForPeersAsync(1);

        var (left, right) = (_folder["left.bin"], _folder["right.bin"]);
        await using var one = requester.Request("big.bin", "--output", left);
        await one.ReachAsync(0.05);
        await using var other = requester.Request("big.bin", "--output", right);
        await other.WaitForAsync("its start", item => item.IsEvent("started"));

        Assert.Equal(left, (await one.CompleteAsync()).Text("path"));
        Assert.Equal(right, (await other.CompleteAsync()).Text("path"));
        Contents.AssertSame(source, left);
        Contents.AssertSame(source, right);
        await requester.WaitForNoTransfersAsync();
    }

    /// <summary>Once it was told when the whole file had come.</summary>
    [Fact]
    public async Task A_second_target_where_no_file_can_be_made_fails_at_once()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "there is no /proc here");
        await using var transfer = await HalfwayTransfer.StartAsync(_folder);
        await using var other = transfer.Requester.Request("big.bin", "--output", "/proc/big.bin");
        var failed = await other.WaitForAsync("the end", item => item.IsEvent("failed"));

        Assert.Contains("/proc/big.bin", failed.Text("reason"), StringComparison.Ordinal);
        Assert.Equal(1, (await other.EndAsync()).Code);
        transfer.Wire.Open();
        await transfer.AssertArrivesAsync();
    }

    /// <summary>Nobody who could answer is linked, and yet it is known what is on its way.</summary>
    [Fact]
    public async Task A_second_request_while_the_holder_is_away_joins_the_first()
    {
        await using var transfer = await HalfwayTransfer.StartAsync(_folder);
        await transfer.Holder.KillAsync();
        await using var other = transfer.Requester.Request("big.bin");
        await other.WaitForAsync("its start", item => item.IsEvent("started"));
        await other.WaitForAsync("how it stands", item => item.IsEvent("progress") || item.IsEvent("paused"));
    }
}
