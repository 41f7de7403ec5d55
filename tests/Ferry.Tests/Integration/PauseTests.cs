using Ferry.Runtime;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>A transfer that is paused in the middle, on either side, over restarts.</summary>
public sealed class PauseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Paused_by_its_requester_it_waits_over_a_restart_and_goes_on_where_it_was()
    {
        await using var transfer = await HalfwayTransfer.StartAsync(_folder);
        var requester = transfer.Requester;
        var paused = Assert.Single(await requester.DoAsync("pause", transfer.Content[..12]));
        Assert.Equal("paused", paused.Text("state"));
        transfer.Wire.Open();
        await Eventually.GetAsync(
            "the holder to hear it", transfer.Holder.TransfersAsync,
            transfers => transfers is [{ Reason: "the requester has paused it" }]);

        await requester.KillAsync();
        await requester.StartAsync();
        await requester.WaitForPeersAsync(1);
        var before = Assert.Single(await requester.TransfersAsync());
        Assert.Equal((TransferPhase.Paused, null), (before.State, before.GivenUpInSeconds));
        Assert.Contains("'resume'", before.Reason, StringComparison.Ordinal);
        Assert.InRange(before.DoneBytes, 1, HalfwayTransfer.Middle);

        Assert.Single(await requester.DoAsync("resume"));
        await transfer.AssertArrivesAsync();
    }

    [Fact]
    public async Task Paused_by_its_holder_it_waits_over_a_restart_and_goes_on_where_it_was()
    {
        await using var transfer = await HalfwayTransfer.StartAsync(_folder);
        var (holder, requester) = (transfer.Holder, transfer.Requester);
        Assert.Single(await holder.DoAsync("pause"));
        transfer.Wire.Open();
        await Eventually.GetAsync(
            "the requester to hear it", requester.TransfersAsync,
            transfers => transfers is [{ Reason: "its holder has paused the transfer" }]);

        await holder.KillAsync();
        await holder.StartAsync();
        await requester.WaitForPeersAsync(1);
        Assert.Equal(TransferPhase.Paused, Assert.Single(await holder.TransfersAsync()).State);

        Assert.Single(await holder.DoAsync("resume"));
        await transfer.AssertArrivesAsync();
        Assert.Equal(0, (await transfer.Run.EndAsync()).Code);
    }
}
