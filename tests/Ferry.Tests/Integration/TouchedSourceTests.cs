using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>
/// A source that is touched, or replaced by the same bytes, while it is sent: it is hashed again, and nothing is lost.
/// </summary>
public sealed class TouchedSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Once the request failed, and what had come of the file was deleted.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_transfer_goes_on_when_the_source_has_been_hashed_again(bool isReplaced)
    {
        await using var transfer = await HalfwayTransfer.StartAsync(_folder);
        var source = transfer.Source;
        if (isReplaced)
        {
            File.Copy(source, _folder["copy"]);
            File.Move(_folder["copy"], source, overwrite: true);
        }
        File.SetLastWriteTimeUtc(source, DateTime.UtcNow);
        transfer.Wire.Open();

        var completed = await transfer.Run.CompleteAsync();
        Contents.AssertSame(source, completed.Text("path"));
        await transfer.AssertOverAsync();
    }

    [Fact]
    public async Task A_source_that_has_other_bytes_is_told_as_changed()
    {
        await using var transfer = await HalfwayTransfer.StartAsync(_folder);
        var source = transfer.Source;
        const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;
        using (var file = new FileStream(source, FileMode.Open, FileAccess.Write, Shared))
            file.Write([1, 2, 3, 4]);
        transfer.Wire.Open();

        var failed = await transfer.Run.WaitForAsync("the end", item => item.IsEvent("failed"));
        Assert.Contains("changed", failed.Text("reason"), StringComparison.Ordinal);
    }
}
