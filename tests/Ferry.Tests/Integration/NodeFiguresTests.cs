using Ferry.Runtime;
using Ferry.Tests.Runtime.Diagnostics;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>What two real nodes log and count of a transfer between them.</summary>
public sealed class NodeFiguresTests
{
    private const int FileBytes = 3_000_000;

    [Fact]
    public async Task A_transfer_is_in_the_log_and_in_the_figures_of_both_ends()
    {
        using var holderLog = new KeptLog();
        using var requesterLog = new KeptLog();
        await using var stage = new NodeStage();
        await using var holder = await FerryNode.StartAsync(
            stage.OptionsOf("holder"), TimeProvider.System, holderLog, stage.Limit);
        await using var requester = await FerryNode.StartAsync(
            stage.OptionsOf("requester"), TimeProvider.System, requesterLog, stage.Limit);
        using var sent = await FiguresOf(holder, stage);
        using var received = await FiguresOf(requester, stage);
        await stage.ShareAsync(holder, stage.MakeFile("files", "secret.pdf", FileBytes));
        await stage.JoinAsync(requester, holder);

        var end = (await stage.RequestAsync(requester, "secret.pdf"))[^1];
        await stage.UntilAsync(() => Task.FromResult(HasLine(requesterLog, "is complete: 3000000 bytes")));
        await stage.UntilAsync(() => Task.FromResult(HasLine(holderLog, "has ended, completed: 3000000 bytes sent")));

        Assert.IsType<RequestEvent.Completed>(end);
        Assert.True(HasLine(requesterLog, "starts: 3000000 bytes, 1 holders known"));
        Assert.True(HasLine(requesterLog, "(1 hop)"));
        Assert.DoesNotContain(
            requesterLog.Plain.Concat(holderLog.Plain), line => line.Contains("secret", StringComparison.Ordinal));

        received.Look();
        Assert.Equal(1, received["ferry.links tcp"]);
        Assert.InRange(received["ferry.bulk.received tcp"], FileBytes, 2 * FileBytes);
        Assert.Equal(
            received["ferry.bulk.received tcp"], received["ferry.pieces kept"] + received["ferry.pieces dropped"]);
        Assert.Equal((FileBytes + 65_535) / 65_536, received["ferry.chunks.durable"]);
        Assert.True(received["ferry.flush.duration"] > 0);
        Assert.True(received["ferry.loop.turn.duration"] > 0);
        Assert.Equal(received["ferry.bulk.received tcp"], sent["ferry.bulk.sent tcp"]);
        Assert.InRange(sent["ferry.searches.answered"], 1, 10);
        sent.Look();
        Assert.Equal(0, sent["ferry.queue.bytes"]);
    }

    private static async Task<Figures> FiguresOf(FerryNode node, NodeStage stage) =>
        new((await node.StatusAsync(stage.Limit)).Node[..12]);

    private static bool HasLine(KeptLog log, string part) =>
        log.Plain.Any(line => line.Contains(part, StringComparison.Ordinal));
}
