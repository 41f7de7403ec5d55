using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

/// <summary>A download with a limit on what may be asked for.</summary>
public sealed class DownloadLimitTests
{
    private static readonly NodeId Holder = DownloadStage.Holder;
    private static readonly int ChunkBytes = DownloadStage.File.Layout.ChunkBytes;
    private readonly DownloadStage _stage = new();
    private Outbox Outbox => _stage.Outbox;

    [Fact]
    public void Limit_asks_for_less_and_for_more_as_time_goes_by()
    {
        // A chunk in two seconds.
        Limit(ChunkBytes / 2);
        var session = RunOne();
        Assert.Equal(1, Asked());
        _stage.Chunk(Holder, session, 0, Some.At(0.2));
        _stage.Run(Some.At(1));
        Assert.Equal(1, Asked());
        _stage.Run(Some.At(3));
        Assert.Equal(2, Asked());
    }

    /// <summary>It is not taken for one that has nothing: nobody is searched for, nothing is said to wait.</summary>
    [Fact]
    public void Lane_that_waits_for_the_limit_is_no_lane_without_anything_to_give()
    {
        Limit(ChunkBytes / 100);
        var session = RunOne();
        _stage.Chunk(Holder, session, 0, Some.At(0.2));
        var searches = _stage.Searches;
        for (var second = 1; second < 50; second++) _stage.Run(Some.At(second));
        Assert.InRange(_stage.Searches - searches, 0, 1);
        var status = Assert.Single(_stage.Downloads.Status(Some.At(50)));
        Assert.Equal((TransferState.Running, null), (status.State, status.Pause));
    }

    [Fact]
    public void Limit_that_is_taken_off_is_noticed_at_once()
    {
        Limit(ChunkBytes / 100);
        RunOne();
        Assert.Equal(1, Asked());
        Limit(null);
        _stage.Run(Some.At(0.1));
        Assert.Equal(DownloadStage.Chunks, Asked());
    }

    [Fact]
    public void Limit_of_another_neighbour_holds_nothing_back()
    {
        _stage.Downloads.OnLimit(Some.At(0), new Input.LimitDown([new RateRule(Some.Node(9), null, 1)]));
        RunOne();
        Assert.Equal(DownloadStage.Chunks, Asked());
    }

    /// <summary>What comes at the path's rate for moments is told as what it is over time.</summary>
    [Fact]
    public void Rate_that_is_shown_is_the_limit()
    {
        Limit(ChunkBytes / 2);
        var session = RunOne();
        for (var piece = 0; piece < 20; piece++)
            _stage.Piece(Holder, session, 0, offset: piece * 1000, at: Some.At(0.1 + piece * 0.02));
        Assert.InRange(
            Assert.Single(_stage.Downloads.Status(Some.At(0.5))).BytesPerSecond, 1, ChunkBytes / 2);
    }

    private int Asked() => Outbox.Routed<TransferRequest>()
        .SelectMany(request => request.Wanted).Sum(range => range.Count);

    private void Limit(long? rate) => _stage.Downloads.OnLimit(
        Some.At(0), new Input.LimitDown(rate is { } most ? [new RateRule(null, null, most)] : []));

    private TransferId RunOne()
    {
        _stage.Start(Holder);
        _stage.GiveManifest(Holder);
        _stage.Open();
        _stage.Accept(Holder);
        return _stage.Session(Holder);
    }
}
