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
        Assert.False(_policy.AfterPiece(Start, uncommitted: 0, moreWait: false));

    [Fact]
    public void When_no_piece_waits_a_commit_starts_at_once() =>
        Assert.True(_policy.AfterPiece(Start, uncommitted: 1, moreWait: false));

    [Fact]
    public void While_pieces_wait_it_waits_for_the_bytes_or_for_the_time()
    {
        Assert.False(_policy.AfterPiece(Start, CommitPolicy.BytesMax - 1, moreWait: true));
        Assert.True(_policy.AfterPiece(Start, CommitPolicy.BytesMax, moreWait: true));
    }

    [Fact]
    public void Time_counts_from_the_first_chunk_that_is_not_durable()
    {
        Assert.False(_policy.AfterPiece(Start, uncommitted: 1, moreWait: true));
        Assert.False(_policy.AfterPiece(Late - TimeSpan.FromMilliseconds(1), uncommitted: 2, moreWait: true));
        Assert.True(_policy.AfterPiece(Late, uncommitted: 3, moreWait: true));
    }

    [Fact]
    public void Pieces_without_a_chunk_do_not_start_the_time()
    {
        Assert.False(_policy.AfterPiece(Start, uncommitted: 0, moreWait: true));
        Assert.False(_policy.AfterPiece(Late, uncommitted: 1, moreWait: true));
    }

    [Fact]
    public void Commit_is_asked_for_once_until_it_starts()
    {
        Assert.True(_policy.AfterPiece(Start, uncommitted: 1, moreWait: false));
        Assert.False(_policy.AfterPiece(Start, uncommitted: 2, moreWait: false));
        _policy.Started();
        Assert.True(_policy.AfterPiece(Start, uncommitted: 1, moreWait: false));
    }

    [Fact]
    public void What_is_written_after_a_commit_has_started_has_its_own_time()
    {
        Assert.False(_policy.AfterPiece(Start, uncommitted: 1, moreWait: true));
        _policy.Started();
        Assert.False(_policy.AfterPiece(Late, uncommitted: 1, moreWait: true));
        Assert.True(_policy.AfterPiece(Late + CommitPolicy.AgeMax, uncommitted: 2, moreWait: true));
    }
}
