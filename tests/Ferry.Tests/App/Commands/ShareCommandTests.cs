using Ferry.App.Commands;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class ShareCommandTests
{
    [Fact]
    public async Task What_is_left_out_is_counted_by_kind()
    {
        using var terminal = new Terminal();

        Assert.Equal(ExitCode.Done, await terminal.RunAsync("share", "/data"));

        Assert.Equal(
            "Sharing /data: 3 files, 2.0 KB, 25 % hashed so far, 1 unreadable; left out: 4 hidden, 1 symbolic link, "
            + "2 folders with a node's key.", terminal.Lines[0]);
        Assert.Contains("--hidden", terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hidden_files_are_asked_for()
    {
        using var terminal = new Terminal();

        await terminal.RunAsync("share", "--hidden", "/data");

        Assert.Equal(["share --hidden /data"], terminal.Node.Asked);
        Assert.DoesNotContain("--hidden", terminal.Output, StringComparison.Ordinal);
    }
}
