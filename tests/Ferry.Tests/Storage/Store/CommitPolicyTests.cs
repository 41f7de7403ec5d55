using Ferry.Protocol.Values;
using Ferry.Storage.Store;
using Xunit;

namespace Ferry.Tests.Storage.Store;

public sealed class CommitPolicyTests
{
    private static readonly Instant Start = Some.At(100);
    private static readonly Instant Late = Start + CommitPolicy.AgeMax;

    private readonly CommitPolicy _policy = new();

    [Fact]
    public void Nothing_written_is_nothing_to_commit() =>
        Assert.False(_policy.AfterPiece(Start, uncommitted: 0, hasWhole: true, moreWait: false));

    [Fact]
    public void After_a_rest_a_commit_starts_as_soon_as_no_piece_waits() =>
        Assert.Equal(Start, Written(Start));

    [Fact]
    public void While_pieces_wait_it_waits_for_the_time_or_for_the_bytes()
    {
        Assert.Equal(Late, Written(Start, CommitPolicy.BytesMax - 1, moreWait: true));
        Assert.Null(Written(Start + TimeSpan.FromMilliseconds(1), 2, moreWait: true));
        Assert.Equal(Start, Written(Start, CommitPolicy.BytesMax, moreWait: true));
    }

    [Fact]
    public void Pieces_without_a_chunk_do_not_start_the_time()
    {
        Assert.Null(Written(Start, bytes: 0, moreWait: true));
        Assert.Equal(Late + CommitPolicy.AgeMax, Written(Late, moreWait: true));
    }

    [Fact]
    public void Commit_is_asked_for_once_until_it_starts()
    {
        Assert.Equal(Start, Written(Start));
        Assert.Null(Written(Start));
        Assert.Equal(Start, _policy.Due);
        _policy.Started(Start);
        Assert.Equal(Instant.Never, _policy.Due);
        Assert.Equal(Start, Written(Start));
    }

    /// <summary>
    /// Once there was one for each chunk of a link that is slower than the disk: 340 in a second, each a flush of a
    /// file and one of the log.
    /// </summary>
    [Fact]
    public void Chunks_that_come_one_by_one_share_commits()
    {
        var (commits, asked) = (0, Instant.Never);
        for (var now = Start; now < Some.At(110); now += TimeSpan.FromMilliseconds(3))
        {
            asked = Instant.Min(asked, Written(now) ?? Instant.Never);
            if (asked > now) continue;
            _policy.Started(now);
            (commits, asked) = (commits + 1, Instant.Never);
        }
        Assert.InRange(commits, 9 * CommitPolicy.PerSecond, 10 * CommitPolicy.PerSecond + CommitPolicy.Burst);
    }

    [Fact]
    public void The_last_chunk_of_a_file_does_not_wait()
    {
        for (var commit = 0; commit < 2 * CommitPolicy.Burst; commit++) _policy.Started(Start);
        Assert.True(Written(Start) > Start);
        Assert.True(_policy.AfterPiece(Start, uncommitted: 2, hasWhole: true, moreWait: true));
        Assert.Equal(Start, _policy.Due);
    }

    /// <summary>When a commit is due that was not before; null when nothing has changed.</summary>
    private Instant? Written(Instant now, long bytes = 1, bool moreWait = false) =>
        _policy.AfterPiece(now, bytes, hasWhole: false, moreWait) ? _policy.Due : null;
}
