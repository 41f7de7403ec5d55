using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Runtime.Workers;
using Ferry.Storage.Store;
using Ferry.TestKit.Disks;
using Ferry.Tests.Storage.Store;
using Xunit;

namespace Ferry.Tests.Runtime.Workers;

public sealed class CommitterTests : IAsyncDisposable
{
    private const int ChunkBytes = ChunkLayout.ChunkBytesMin;
    private readonly RuntimeStage _stage = new();
    private readonly Manifest _manifest;
    private readonly byte[] _bytes;

    public CommitterTests()
    {
        (_manifest, _bytes) = StoreStage.Content(3 * ChunkBytes);
        _stage.Store.Open(_manifest);
    }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task Chunk_is_made_durable_at_once_when_no_piece_waits()
    {
        await using var committer = NewCommitter();
        Persist(0);
        committer.AfterPiece(moreWait: false);
        Assert.Equal([0], await DurableAsync());
        AssertSurvives(0);
    }

    [Fact]
    public async Task Chunks_share_a_commit_while_pieces_wait_until_the_first_is_old()
    {
        await using var committer = NewCommitter();
        Persist(0);
        committer.AfterPiece(moreWait: true);
        _stage.Store.Time.Advance(CommitPolicy.AgeMax / 2);
        Persist(1);
        committer.AfterPiece(moreWait: true);
        _stage.Store.Time.Advance(CommitPolicy.AgeMax / 2);
        committer.AfterPiece(moreWait: true);
        Assert.Equal([0, 1], await DurableAsync());
    }

    /// <summary>Nothing else comes that could ask again: a clock has to.</summary>
    [Fact]
    public async Task Chunk_that_waits_for_company_is_made_durable_without_it()
    {
        await using var committer = NewCommitter();
        Persist(0);
        committer.AfterPiece(moreWait: true);
        _stage.Store.Time.Advance(CommitPolicy.AgeMax);
        Assert.Equal([0], await DurableAsync());
        AssertSurvives(0);
    }

    /// <summary>
    /// Timers count by a coarser clock than the node's: one that was early was the last, and nothing was made durable.
    /// </summary>
    [Fact]
    public async Task Alarm_that_comes_early_is_set_again()
    {
        var time = new EarlyTimers(_stage.Store.Time);
        await using var committer = new Committer(_stage.Store.Store, _stage.Inbox, _stage.Life, _stage.Meter, time);
        Persist(0);
        committer.AfterPiece(moreWait: true);
        _stage.Store.Time.Advance(CommitPolicy.AgeMax - EarlyTimers.By);
        _stage.Store.Time.Advance(EarlyTimers.By);
        Assert.Equal([0], await DurableAsync());
    }

    [Fact]
    public async Task Last_chunk_of_a_file_is_made_durable_at_once()
    {
        await using var committer = NewCommitter();
        for (var chunk = 0; chunk < 3; chunk++) Persist(chunk);
        committer.AfterPiece(moreWait: true);
        Assert.Equal([0, 1, 2], await DurableAsync());
    }

    [Fact]
    public async Task What_is_written_during_a_commit_makes_up_the_next()
    {
        await using var committer = NewCommitter();
        using var hold = new DiskHold(_stage.Store.Memory, DiskOperation.Flush);
        Persist(0);
        committer.AfterPiece(moreWait: false);
        await hold.WhenBegunAsync();
        Persist(1);
        committer.AfterPiece(moreWait: false);
        Persist(2);
        committer.AfterPiece(moreWait: false);
        hold.Release();
        Assert.Equal([0], await DurableAsync());
        Assert.Equal([1, 2], await DurableAsync());
    }

    [Fact]
    public async Task Commit_that_is_asked_for_is_over_when_the_call_returns()
    {
        await using var committer = NewCommitter();
        Persist(1);
        committer.CommitNow();
        AssertSurvives(1);
        Assert.Equal([1], await DurableAsync());
    }

    [Fact]
    public async Task What_is_left_at_the_end_is_made_durable()
    {
        await using (var committer = NewCommitter())
        {
            Persist(0);
            Persist(2);
            committer.AfterPiece(moreWait: true);
        }
        AssertSurvives(0, 2);
        Assert.Equal([0, 2], await DurableAsync());
    }

    private Committer NewCommitter() =>
        new(_stage.Store.Store, _stage.Inbox, _stage.Life, _stage.Meter, _stage.Store.Time);

    private void Persist(int chunk) =>
        Assert.Empty(_stage.Store.Do(StoreStage.Piece(_manifest, _bytes, chunk, 0, ChunkBytes)));

    private async Task<IReadOnlyList<int>> DurableAsync() =>
        (await _stage.ResultAsync<StorageResult.ChunksDurable>()).Chunks;

    private void AssertSurvives(params int[] chunks)
    {
        _stage.Store.Memory.Restart(PowerCutLosses.Nothing);
        _stage.Store.Reopen();
        var durable = Assert.Single(_stage.Store.Store.Recovered.Downloads).Durable;
        Assert.Equal(chunks, Enumerable.Range(0, 3).Where(durable.Contains));
    }

    /// <summary>The first time that a timer is set it fires early.</summary>
    private sealed class EarlyTimers(TimeProvider inner) : TimeProvider
    {
        public static readonly TimeSpan By = TimeSpan.FromMilliseconds(3);

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new EarlyTimer(inner.CreateTimer(callback, state, dueTime, period));

        private sealed class EarlyTimer(ITimer timer) : ITimer
        {
            private bool _wasEarly;

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                var isFirst = !_wasEarly && dueTime > By;
                _wasEarly |= isFirst;
                return timer.Change(isFirst ? dueTime - By : dueTime, period);
            }

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
