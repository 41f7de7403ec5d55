using Ferry.App.Shell;
using Xunit;

namespace Ferry.Tests.App.Shell;

public sealed class ShellHistoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_are_there_in_the_next_run_for_their_owner_only()
    {
        foreach (var line in (string[])["share maps", "request 漢字", "request 漢字", "status"]) Open().Add(line);

        Assert.Equal(["share maps", "request 漢字", "status"], Open().Lines);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["shell-history"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(" request secret")]
    [InlineData("join ferry:AT-a1b2")]
    [InlineData("join Ferry:AT-a1b2")]
    public void Secrets_and_blanks_are_not_kept(string line)
    {
        Open().Add(line);

        Assert.Empty(Open().Lines);
    }

    [Fact]
    public void Newest_lines_are_kept_within_a_bound()
    {
        _folder.Write("shell-history", string.Concat(Enumerable.Range(0, 5_000).Select(number => $"line {number}\n")));
        var history = Open();
        history.Add("status");

        Assert.Equal(ShellHistory.LinesMax, Open().Lines.Count);
        Assert.Equal("line 4999", Open().Lines[^2]);
        Assert.Equal("status", Open().Lines[^1]);
    }

    [Fact]
    public void Damaged_file_gives_the_lines_that_are_sound()
    {
        _folder.Write("shell-history", $"good\nb\e[2Jad\n{new string('x', 10_000)}\n\nalso good");

        Assert.Equal(["good", "also good"], Open().Lines);
    }

    private ShellHistory Open()
    {
        var history = new ShellHistory(_folder.Path);
        history.Load();
        return history;
    }
}
