using System.Diagnostics;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>Rate limits between real nodes: what passes is at most what is allowed, also after a restart.</summary>
public sealed class LimitTests : IDisposable
{
    private const int FileBytes = 6 << 20;
    private const double Rate = 4e6;

    /// <summary>What may pass at once, and a chunk that is asked for while nothing is owed.</summary>
    private const double AtOnce = Rate / 4 + (1 << 20);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Limits_hold_at_either_end_and_are_kept()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        await holder.ShareAsync(Contents.Write(_folder["one.bin"], FileBytes));
        await holder.ShareAsync(Contents.Write(_folder["two.bin"], FileBytes + 1));
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", holder.Address);
        await requester.WaitForPeersAsync(1);

        Assert.Equal(4_000_000, Assert.Single(await holder.DoAsync("limit", "up", "4M")).GetProperty("up").GetInt64());
        await AssertTakesAsync(requester, "one.bin");
        Assert.Empty(await holder.DoAsync("limit", "up", "off"));

        await requester.DoAsync("limit", holder.Id, "down", "4M");
        await requester.KillAsync();
        await requester.StartAsync();
        await requester.WaitForPeersAsync(1);
        var kept = Assert.Single(await requester.DoAsync("limit"));
        Assert.Equal((holder.Id, 4_000_000), (kept.Text("node"), kept.GetProperty("down").GetInt64()));
        await AssertTakesAsync(requester, "two.bin");
    }

    [Fact]
    public async Task Limit_that_no_transfer_could_keep_is_refused()
    {
        await using var node = await TestNode.StartAsync(_folder, "node", "--limit-up", "1M");
        Assert.Equal(1_000_000, Assert.Single(await node.DoAsync("limit")).GetProperty("up").GetInt64());
        var refused = await node.RunAsync("limit", "up", "100");
        Assert.Equal(2, refused.Code);
        Assert.Contains("too few for a transfer", refused.Errors, StringComparison.Ordinal);
    }

    /// <summary>No machine is too slow for a bound from below.</summary>
    private static async Task AssertTakesAsync(TestNode requester, string file)
    {
        var clock = Stopwatch.StartNew();
        await requester.FetchAsync(file);
        Assert.True(
            clock.Elapsed.TotalSeconds >= (FileBytes - AtOnce) / Rate,
            $"{file} came in {clock.Elapsed.TotalSeconds:0.00} s");
    }
}
