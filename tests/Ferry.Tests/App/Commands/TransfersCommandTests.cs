using Ferry.App.Commands;
using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class TransfersCommandTests
{
    [Fact]
    public async Task What_waits_says_why_and_until_when()
    {
        using var terminal = new Terminal();
        terminal.Node.Transfers.Add(
            Samples.Transfer with { State = TransferPhase.Paused, Reason = "no room is left on the disk" });
        Assert.Equal(ExitCode.Done, await terminal.RunAsync("transfers"));
        Assert.Contains("paused, given up in 7 days", Words(terminal.Output), StringComparison.Ordinal);
        Assert.Contains("feedfacecafe waits: no room is left on the disk", terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_runs_is_not_about_to_be_given_up()
    {
        using var terminal = new Terminal();
        terminal.Node.Transfers.Add(Samples.Transfer);
        Assert.Equal(ExitCode.Done, await terminal.RunAsync("transfers"));
        Assert.DoesNotContain("given up", terminal.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("waits", terminal.Output, StringComparison.Ordinal);
    }

    /// <summary>Cells may wrap.</summary>
    private static string Words(string output) =>
        string.Join(' ', output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
