using Ferry.App.Commands;
using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class PauseCommandTests
{
    private static readonly TransferInfo Paused = Samples.Transfer with
    {
        State = TransferPhase.Paused,
        Reason = "paused by its user",
        GivenUpInSeconds = null,
    };

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    public async Task Names_one_transfer_or_means_all(string command)
    {
        using var terminal = new Terminal();
        Assert.Equal(ExitCode.Done, await terminal.RunAsync(command, "feed"));
        Assert.Equal(ExitCode.Done, await terminal.RunAsync(command));
        Assert.Equal([$"{command} feed", $"{command} all"], terminal.Node.Asked);
        Assert.Contains("No transfers are running", terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_what_stands_still_and_what_comes_too_late()
    {
        using var terminal = new Terminal();
        terminal.Node.Transfers.AddRange(
        [
            Paused with { Direction = TransferDirection.Upload },
            Samples.Transfer with { State = TransferPhase.Finishing },
        ]);
        await terminal.RunAsync("pause");
        Assert.Contains(
            $"Paused the upload of song.flac to {ShortId.Of(Samples.NodeId)} at 70 %.\n", terminal.Output,
            StringComparison.Ordinal);
        Assert.Contains(
            "The download of song.flac has all its bytes and goes on.\n", terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_what_goes_on_and_what_the_disk_still_holds_up()
    {
        using var terminal = new Terminal();
        terminal.Node.Transfers.AddRange([Samples.Transfer, Paused with { Reason = "no room" }]);
        await terminal.RunAsync("resume");
        Assert.Equal(
            "The download of song.flac goes on.\nThe download of song.flac still waits: no room.\n", terminal.Output);
    }

    [Fact]
    public async Task What_is_paused_is_not_about_to_be_given_up()
    {
        using var terminal = new Terminal();
        terminal.Node.Transfers.Add(Paused);
        await terminal.RunAsync("transfers");
        Assert.DoesNotContain("given up", terminal.Output, StringComparison.Ordinal);
        Assert.Contains("waits: paused by its user", terminal.Output, StringComparison.Ordinal);
    }
}
