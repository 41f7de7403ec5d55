using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>Another program writes into a file that is being fetched.</summary>
public sealed class OverwrittenFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Once it was published as it was then, with exit code 0, and offered to others.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bytes_that_are_overwritten_in_the_middle_are_fetched_again(bool restarts)
    {
        await using var transfer = await HalfwayTransfer.StartAsync(_folder);
        var requester = transfer.Requester;
        var durable = await Eventually.GetAsync(
            "a chunk to be durable", async () => (await requester.TransfersAsync())[0].DoneBytes, done => done > 0);
        Assert.InRange(durable, 1, HalfwayTransfer.Middle);
        Overwrite(Path.Combine(requester.Downloads, "big.bin.part"));
        if (restarts)
        {
            await requester.KillAsync();
            await requester.StartAsync();
            transfer.Wire.Open();
            await transfer.AssertArrivesAsync();
        }
        else
        {
            transfer.Wire.Open();
            var paused = await transfer.Run.WaitForAsync("a word of it", item => item.IsEvent("paused"));
            Assert.Contains("big.bin.part", paused.Text("reason"), StringComparison.Ordinal);
            Contents.AssertSame(transfer.Source, (await transfer.Run.CompleteAsync()).Text("path"));
            await transfer.AssertOverAsync();
        }
    }

    /// <summary>Chunk 0 is the first that a single holder is asked for.</summary>
    private static void Overwrite(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Write([1, 2, 3, 4]);
    }
}
