using Ferry.App.Commands;
using Ferry.Runtime;
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
            + "2 folders with a node's key, 5 files too many.", terminal.Lines[0]);
        Assert.Equal("  /data/x cannot be read.", terminal.Lines[1]);
        Assert.Contains("--hidden", terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_and_status_say_why_a_file_is_unreadable()
    {
        using var terminal = new Terminal();
        terminal.Node.Files.Add(new FileInfoLine(
            "/data/x", "x", 5, FileState.Unreadable, null, FileOrigin.Shared, "/data/x cannot be read."));
        var share = await terminal.Node.ShareAsync("/data", hidden: false, CancellationToken.None);
        terminal.Node.Status = terminal.Node.Status with { Shares = [share] };

        await terminal.RunAsync("files");
        await terminal.RunAsync("status");

        Assert.Contains("x: /data/x cannot be read.", terminal.Lines);
        Assert.Contains(terminal.Lines, line => line.EndsWith("   /data/x cannot be read.", StringComparison.Ordinal));
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
