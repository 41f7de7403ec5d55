using Ferry.Protocol;
using Ferry.Runtime;
using Ferry.Runtime.Home;
using Ferry.Runtime.Loop;
using Ferry.Runtime.Requests;
using Ferry.Tests.Transports;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime.Requests;

public sealed class DownloadEventsTests
{
    private static readonly DownloadStatus Running = new(
        default, "song.flac", 1000, TransferState.Running, 100, 100, 0, 90, TimeSpan.FromSeconds(1), []);

    private readonly TestClock _time = new();
    private readonly NoticeBoard _notices = new(new Warnings(NullLogger.Instance));

    [Fact]
    public async Task Progress_that_comes_too_often_is_told_once()
    {
        var told = await TellAsync(
            new Notice.DownloadProgressed(Running), new Notice.DownloadProgressed(Running with { DurableBytes = 200 }),
            new Notice.DownloadCompleted(Running, "/there", AlreadyThere: false));

        Assert.Collection(
            told,
            first => Assert.Equal(100, Assert.IsType<RequestEvent.Progress>(first).Bytes),
            last => Assert.Equal("/there", Assert.IsType<RequestEvent.Completed>(last).Path));
    }

    [Fact]
    public async Task A_new_state_is_told_at_once()
    {
        var told = await TellAsync(
            new Notice.DownloadProgressed(Running with { State = TransferState.Searching }),
            new Notice.DownloadProgressed(Running), new Notice.DownloadFailed(Running, new Reason("cancelled")));

        Assert.Equal(
            [TransferPhase.Searching, TransferPhase.Running],
            told.OfType<RequestEvent.Progress>().Select(progress => progress.State));
        Assert.Equal("cancelled", Assert.IsType<RequestEvent.Failed>(told[^1]).Reason);
    }

    [Fact]
    public async Task The_rest_is_estimated_from_the_rate()
    {
        var told = await TellAsync(
            new Notice.DownloadProgressed(Running), new Notice.DownloadFailed(Running, new Reason("cancelled")));

        Assert.Equal(10, Assert.IsType<RequestEvent.Progress>(told[0]).EtaSeconds);
    }

    [Fact]
    public async Task A_reason_to_pause_is_told_once()
    {
        var told = await TellAsync(
            new Notice.DownloadPaused(Running, new Reason("the disk is full")),
            new Notice.DownloadPaused(Running, new Reason("the disk is full")),
            new Notice.DownloadFailed(Running, new Reason("cancelled")));

        Assert.Single(told.OfType<RequestEvent.Paused>());
    }

    [Fact]
    public async Task A_node_that_stops_ends_the_story()
    {
        var told = await TellAsync(new Notice.DownloadProgressed(Running));

        Assert.Contains("stopping", Assert.IsType<RequestEvent.Failed>(told[^1]).Reason, StringComparison.Ordinal);
    }

    private async Task<List<RequestEvent>> TellAsync(params Notice[] notices)
    {
        using var watching = _notices.WatchDownload(Running.Content);
        foreach (var notice in notices) _notices.Publish(notice);
        _notices.Close();
        var told = new List<RequestEvent>();
        var events = new DownloadEvents(watching, waits: false, _time);
        await foreach (var next in events.TellAsync(CancellationToken.None)) told.Add(next);
        return told;
    }
}
