using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>Nodes that stop in the middle, or by chance after the end: the file must be whole either way.</summary>
public sealed class NodeRecoveryTests
{
    private const int FileBytes = 80_000_000;
    private static readonly RequestOptions TheSong = new("song.flac", null, First: false);

    [Fact]
    public async Task A_holder_that_restarts_goes_on_sending()
    {
        await using var stage = new NodeStage();
        var holder = await stage.StartAsync("holder");
        var requester = await stage.StartAsync("requester");
        var source = stage.MakeFile("files", "song.flac", FileBytes);
        await stage.ShareAsync(holder, source);
        var address = await stage.AddressOf(holder);
        await stage.JoinAsync(requester, holder);

        RequestEvent? last = null;
        await foreach (var told in requester.RequestAsync(TheSong, stage.Limit))
        {
            last = told;
            if (told is not RequestEvent.Progress { Bytes: > 0 } || holder is null) continue;
            await holder.DisposeAsync();
            holder = null;
            await stage.StartAsync(stage.OptionsOf("holder") with { Listen = [address] });
        }

        NodeStage.AssertSameFile(source, Assert.IsType<RequestEvent.Completed>(last).Path);
    }

    [Fact]
    public async Task A_requester_that_restarts_goes_on_receiving()
    {
        await using var stage = new NodeStage();
        var holder = await stage.StartAsync("holder");
        var requester = await stage.StartAsync("requester");
        var source = stage.MakeFile("files", "song.flac", FileBytes);
        await stage.ShareAsync(holder, source);
        await stage.JoinAsync(requester, holder);

        await foreach (var told in requester.RequestAsync(TheSong, stage.Limit))
        {
            if (told is RequestEvent.Progress { Bytes: > 0 }) break;
        }
        await requester.DisposeAsync();
        var again = await stage.StartAsync("requester");

        await stage.UntilAsync(async () => (await again.FilesAsync(stage.Limit)).Count > 0);
        NodeStage.AssertSameFile(source, Assert.Single(await again.FilesAsync(stage.Limit)).Path);
    }

    [Fact]
    public async Task A_cancelled_download_leaves_nothing_behind()
    {
        await using var stage = new NodeStage();
        var holder = await stage.StartAsync("holder");
        var requester = await stage.StartAsync("requester");
        await stage.ShareAsync(holder, stage.MakeFile("files", "song.flac", FileBytes));
        await stage.JoinAsync(requester, holder);

        RequestEvent? last = null;
        await foreach (var told in requester.RequestAsync(TheSong, stage.Limit))
        {
            last = told;
            if (told is RequestEvent.Started started) await requester.CancelAsync(started.Transfer[..12], stage.Limit);
        }

        Assert.IsType<RequestEvent.Failed>(last);
        await stage.UntilAsync(async () => (await requester.StatusAsync(stage.Limit)).TransfersUnfinished == 0);
        await stage.UntilAsync(async () => (await holder.StatusAsync(stage.Limit)).TransfersUnfinished == 0);
    }
}
