using Ferry.Runtime;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>Nodes that stop and start again while a wire holds the rest of the file back.</summary>
public sealed class NodeRecoveryTests
{
    private const int FileBytes = 24_000_000;

    /// <summary>Where the wire holds.</summary>
    private const int Middle = 16_000_000;
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
        await using var wire = new GatedWire(new Uri(address).Port, Middle);
        await requester.JoinAsync(wire.Address, stage.Limit);

        var running = stage.RequestAsync(requester, "song.flac");
        await wire.ReachedAsync();
        await holder.DisposeAsync();
        Assert.False(running.IsCompleted);
        wire.Open();
        var again = await stage.StartAsync(stage.OptionsOf("holder") with { Listen = [address] });
        var last = (await running)[^1];

        NodeStage.AssertSameFile(source, Assert.IsType<RequestEvent.Completed>(last).Path);
        await stage.UntilAsync(async () => (await again.StatusAsync(stage.Limit)).TransfersUnfinished == 0);
    }

    [Fact]
    public async Task A_requester_that_restarts_goes_on_receiving()
    {
        await using var stage = new NodeStage();
        var holder = await stage.StartAsync("holder");
        var requester = await stage.StartAsync("requester");
        var source = stage.MakeFile("files", "song.flac", FileBytes);
        await stage.ShareAsync(holder, source);
        await using var wire = new GatedWire(new Uri(await stage.AddressOf(holder)).Port, Middle);
        await requester.JoinAsync(wire.Address, stage.Limit);

        await foreach (var told in requester.RequestAsync(TheSong, stage.Limit))
        {
            if (told is RequestEvent.Progress { Bytes: > 0 }) break;
        }
        await wire.ReachedAsync();
        await requester.DisposeAsync();
        var again = await stage.StartAsync("requester");
        Assert.Empty(await again.FilesAsync(stage.Limit).ToListAsync(stage.Limit));
        Assert.Equal(1, (await again.StatusAsync(stage.Limit)).TransfersUnfinished);
        wire.Open();

        await stage.UntilAsync(async () => await again.FilesAsync(stage.Limit).AnyAsync(stage.Limit));
        var files = await again.FilesAsync(stage.Limit).ToListAsync(stage.Limit);
        NodeStage.AssertSameFile(source, Assert.Single(files).Path);
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
