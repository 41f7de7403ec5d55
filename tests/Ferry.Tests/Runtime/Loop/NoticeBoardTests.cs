using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Runtime.Home;
using Ferry.Runtime.Loop;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime.Loop;

/// <summary>The loop waits for nobody, and what is kept for who does not read has a bound.</summary>
public sealed class NoticeBoardTests
{
    private readonly Warnings _warnings = new(NullLogger.Instance);
    private readonly NoticeBoard _board;

    public NoticeBoardTests() => _board = new NoticeBoard(_warnings);

    [Fact]
    public void Slow_reader_of_a_search_loses_the_oldest_hits_and_hears_how_many()
    {
        using var search = _board.WatchSearch(Some.Query(1));
        for (var n = 1; n <= NoticeBoard.SearchNoticesMax + 3; n++)
            _board.Publish(new Notice.SearchHit(Some.Query(1), Some.Node(n), Some.Content(3).Id, "a", 5, [], 1));

        Assert.Equal(3, search.Lost);
        Assert.Equal(NoticeBoard.SearchNoticesMax, search.Notices.Count);
        Assert.True(search.Notices.TryRead(out var first));
        Assert.Equal(Some.Node(4), Assert.IsType<Notice.SearchHit>(first).Holder);
    }

    [Fact]
    public void Slow_reader_of_a_download_keeps_the_last_notice()
    {
        var content = Some.Content(3).Id;
        using var download = _board.WatchDownload(content);
        for (var n = 0; n < NoticeBoard.NoticesMax; n++)
            _board.Publish(new Notice.DownloadDiscarded(content, null));
        _board.Publish(new Notice.DownloadDiscarded(content, "the last"));

        Assert.Equal(NoticeBoard.NoticesMax, download.Notices.Count);
        Notice? last = null;
        while (download.Notices.TryRead(out var next)) last = next;
        Assert.Equal("the last", Assert.IsType<Notice.DownloadDiscarded>(last).LeftBehind);
    }

    [Fact]
    public void Copied_homes_are_warned_of_once_each_and_so_many()
    {
        for (var n = 1; n <= 2 * NoticeBoard.IdentitiesMax; n++)
        {
            var shared = new Notice.IdentityShared(Some.Node(n), "tcp://10.0.0.1:1", "tcp://10.0.0.2:1");
            _board.Publish(shared);
            _board.Publish(shared);
        }
        Assert.Equal(NoticeBoard.IdentitiesMax, _warnings.All.Count);
        Assert.True(_board.IsKeyShared(Some.Node(NoticeBoard.IdentitiesMax)));
        Assert.False(_board.IsKeyShared(Some.Node(NoticeBoard.IdentitiesMax + 1)));
    }

    [Fact]
    public void Last_warnings_are_kept()
    {
        for (var n = 0; n < Warnings.KeptMax + 2; n++) _warnings.Add($"warning {n}");
        Assert.Equal(Warnings.KeptMax, _warnings.All.Count);
        Assert.Equal("warning 2", _warnings.All[0]);
    }
}
