using Ferry.App.Commands;
using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class LimitCommandTests
{
    [Theory]
    [InlineData("limit all Up 2000000", "up", "2M")]
    [InlineData("limit all Down 500000", "down", "500KB/s")]
    [InlineData("limit bluetooth Up 65536", "bluetooth", "up", "64KiB")]
    [InlineData("limit boat Down ", "boat", "down", "off")]
    [InlineData("limit")]
    public async Task Words_are_a_limit(string asked, params string[] words)
    {
        using var terminal = new Terminal();
        Assert.Equal(ExitCode.Done, await terminal.RunAsync(["limit", .. words]));
        Assert.Equal([asked], terminal.Node.Asked);
        Assert.Equal("Nothing is limited.\n", terminal.Output);
    }

    [Theory]
    [InlineData("up")]
    [InlineData("boat", "2M")]
    [InlineData("up", "fast")]
    [InlineData("up", "-1")]
    [InlineData("up", "0")]
    [InlineData("boat", "sideways", "2M")]
    public async Task Other_words_are_refused_with_an_example(params string[] words)
    {
        using var terminal = new Terminal();
        Assert.Equal(ExitCode.Usage, await terminal.RunAsync(["limit", .. words]));
        Assert.Contains("write 'limit up 2M'", terminal.Error, StringComparison.Ordinal);
        Assert.Empty(terminal.Node.Asked);
    }

    [Fact]
    public async Task Shows_what_holds_for_whom()
    {
        using var terminal = new Terminal();
        terminal.Node.Limits.AddRange(
        [
            new LimitInfo(null, null, "", 2_000_000, null), new LimitInfo("bluetooth", null, "", 50_000, 60_000),
            new LimitInfo(null, Samples.NodeId, "boat", null, 500_000),
        ]);
        await terminal.RunAsync("limit");
        Assert.Contains("all", terminal.Output, StringComparison.Ordinal);
        Assert.Contains("2.0 MB/s", terminal.Output, StringComparison.Ordinal);
        Assert.Contains("bluetooth", terminal.Output, StringComparison.Ordinal);
        Assert.Contains($"boat ({ShortId.Of(Samples.NodeId)})", terminal.Output, StringComparison.Ordinal);
    }
}
