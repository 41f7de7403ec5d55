using Ferry.Runtime;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>An offer waits through kill -9 of either node, or both, and arrives once.</summary>
public sealed class PushCrashTests : IDisposable
{
    private const int FileBytes = 3 << 20;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_offer_waits_while_both_nodes_crash_and_arrives_once()
    {
        await using var sender = await TestNode.StartAsync(_folder, "sender");
        await using var receiver = await TestNode.StartAsync(_folder, "receiver");
        await receiver.JoinAsync(sender);
        var path = Path.Combine(_folder.NewFolder("files"), "song.flac");
        var bytes = new byte[FileBytes];
        Random.Shared.NextBytes(bytes);
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        await receiver.KillAsync();
        var offered = Assert.Single(await sender.DoAsync("send", receiver.Id, path, "--detach"));
        await sender.KillAsync();
        await sender.StartAsync();
        await receiver.StartAsync();
        await WaitForAsync(receiver, TransferPhase.Offered);
        await receiver.KillAsync();
        await receiver.StartAsync();
        await WaitForAsync(receiver, TransferPhase.Offered);
        await sender.KillAsync();
        await receiver.DoAsync("accept", offered.Text("offer"), "--detach");
        await receiver.KillAsync();
        await receiver.StartAsync();
        await sender.StartAsync();

        await WaitForAsync(sender, TransferPhase.Arrived);
        await receiver.WaitForNoTransfersAsync();
        var arrived = Assert.Single(Directory.GetFiles(receiver.Downloads));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(arrived, TestContext.Current.CancellationToken));
    }

    private static Task WaitForAsync(TestNode node, TransferPhase state) => Eventually.GetAsync(
        $"the offer to be {state} at {node.Name}", node.TransfersAsync,
        transfers => transfers.Any(transfer => transfer.State == state));
}
