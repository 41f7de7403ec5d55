using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>
/// A source that is touched, or replaced by the same bytes, while it is sent: it is hashed again, and nothing is lost.
/// </summary>
public sealed class TouchedSourceTests : IDisposable
{
    private const int FileBytes = 24 << 20;
    private const int Middle = 8 << 20;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Once the request failed, and what had come of the file was deleted.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_transfer_goes_on_when_the_source_has_been_hashed_again(bool isReplaced)
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var source = Contents.Write(_folder["big.bin"], FileBytes);
        await holder.ShareAsync(source);
        await using var wire = new GatedWire(holder.Port, Middle);
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", wire.Address);
        await requester.WaitForPeersAsync(1);

        await using var run = requester.Request("big.bin");
        await wire.ReachedAsync();
        if (isReplaced)
        {
            File.Copy(source, _folder["copy"]);
            File.Move(_folder["copy"], source, overwrite: true);
        }
        File.SetLastWriteTimeUtc(source, DateTime.UtcNow);
        wire.Open();

        var completed = await run.CompleteAsync();
        Contents.AssertSame(source, completed.Text("path"));
        await requester.WaitForNoTransfersAsync();
        await holder.WaitForNoTransfersAsync();
    }

    [Fact]
    public async Task A_source_that_has_other_bytes_is_told_as_changed()
    {
        await using var holder = await TestNode.StartAsync(_folder, "holder");
        var source = Contents.Write(_folder["big.bin"], FileBytes);
        await holder.ShareAsync(source);
        await using var wire = new GatedWire(holder.Port, Middle);
        await using var requester = await TestNode.StartAsync(_folder, "requester", "--join", wire.Address);
        await requester.WaitForPeersAsync(1);

        await using var run = requester.Request("big.bin");
        await wire.ReachedAsync();
        const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;
        using (var file = new FileStream(source, FileMode.Open, FileAccess.Write, Shared))
            file.Write([1, 2, 3, 4]);
        wire.Open();

        var failed = await run.WaitForAsync("the end", item => item.IsEvent("failed"));
        Assert.Contains("changed", failed.Text("reason"), StringComparison.Ordinal);
    }
}
