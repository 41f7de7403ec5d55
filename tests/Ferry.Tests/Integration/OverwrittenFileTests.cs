using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>Another program writes into a file that is being fetched.</summary>
public sealed class OverwrittenFileTests : IDisposable
{
    private const int FileBytes = 24 << 20;
    private const int Middle = 8 << 20;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Once it was published as it was then, with exit code 0, and offered to others.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bytes_that_are_overwritten_in_the_middle_are_fetched_again(bool restarts)
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var source = Contents.Write(_folder["big.bin"], FileBytes);
        await holder.ShareAsync(source);
        await using var wire = new GatedWire(holder.Port, Middle);
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", wire.Address);
        await requester.WaitForPeersAsync(1);

        await using var run = requester.Request("big.bin");
        await wire.ReachedAsync();
        var durable = await Eventually.GetAsync(
            "a chunk to be durable", async () => (await requester.TransfersAsync())[0].DoneBytes, done => done > 0);
        Assert.InRange(durable, 1, Middle);
        Overwrite(Path.Combine(requester.Downloads, "big.bin.part"));
        if (restarts)
        {
            await requester.KillAsync();
            await requester.StartAsync();
            wire.Open();
            var target = Path.Combine(requester.Downloads, "big.bin");
            await Eventually.TrueAsync("the file to appear", () => File.Exists(target));
            Contents.AssertSame(source, target);
        }
        else
        {
            wire.Open();
            var paused = await run.WaitForAsync("a word of it", item => item.IsEvent("paused"));
            Assert.Contains("big.bin.part", paused.Text("reason"), StringComparison.Ordinal);
            Contents.AssertSame(source, (await run.CompleteAsync()).Text("path"));
        }
        await requester.WaitForNoTransfersAsync();
        await holder.WaitForNoTransfersAsync();
    }

    /// <summary>Chunk 0 is the first that a single holder is asked for.</summary>
    private static void Overwrite(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Write([1, 2, 3, 4]);
    }
}
