using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Wire;
using Ferry.Storage.Store;
using Ferry.Tests.Transports;
using Xunit;

namespace Ferry.Tests.Storage.Store;

public sealed class StorageLimitsTests
{
    private static readonly ContentId Content = Some.Content(1).Id;

    private readonly StorageLimits _limits = new();

    [Fact]
    public void What_only_our_user_causes_has_room_that_peers_cannot_take()
    {
        var open = new StorageRequest.OpenUpload(Some.Transfer(1), Content, Some.Node(2));
        Assert.True(_limits.MaxFor(open) < _limits.MaxFor(new StorageRequest.FinishDownload(Content)));
        Assert.Equal(_limits.RequestsMax, _limits.MaxFor(new StorageRequest.CloseUpload(Some.Transfer(1))));
    }

    [Fact]
    public void Peers_hear_that_this_node_is_busy()
    {
        var open = new StorageRequest.OpenUpload(Some.Transfer(1), Content, Some.Node(2));
        Assert.Equal(
            new StorageResult.UploadRefused(Some.Transfer(1), RefusalReason.Busy), _limits.TurnDown(open));
        var matched = Assert.IsType<StorageResult.SharesMatched>(
            _limits.TurnDown(new StorageRequest.MatchShares(Some.Query(1), "song", null, 10)));
        Assert.Equal((0, true), (matched.Matches.Fitting, matched.IsBusy));
        Assert.Null(_limits.TurnDown(new StorageRequest.ReadManifest(Content, Some.Node(2), 0, 1)));
        Assert.Null(_limits.TurnDown(new StorageRequest.NoteAcked(Some.Transfer(1), 1)));
        Assert.Null(_limits.TurnDown(new StorageRequest.DoubtShare(Content)));
    }

    [Fact]
    public void Piece_that_finds_no_room_gives_its_body_back()
    {
        var head = LinkFixture.Piece(100);
        var body = new BytesPayload(head.BodyBytes);
        var answer = _limits.TurnDown(new StorageRequest.PersistPiece(Content, head, body));
        Assert.Equal(new StorageResult.PiecesDropped(Content, head.Chunk, head.Transfer), answer);
        Assert.Equal(1, body.Disposals);
    }

    [Fact]
    public void Piece_that_is_not_read_gives_its_link_the_room_back()
    {
        var head = LinkFixture.Piece(100);
        var answer = StorageLimits.NotRead(new Effect.SendPiece(Some.Link(3), head, Content), RefusalReason.Busy);
        Assert.Equal((Some.Link(3), head.BodyBytes), (answer.Link, answer.BodyBytes));
        Assert.Equal(RefusalReason.Busy, answer.Reason);
    }

    [Fact]
    public void What_must_not_be_lost_is_not_turned_down() => Assert.Throws<InvalidOperationException>(
        () => _limits.TurnDown(new StorageRequest.FinishDownload(Content)));
}
