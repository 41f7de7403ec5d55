using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

/// <summary>A holder and its links: node 2 requests, node 3 is the next hop to it.</summary>
public sealed class UploadLinksTests
{
    private static readonly Manifest File = Some.Content(10);
    private static readonly TransferRequest Asked = new(
        Some.From(Some.Node(2), Some.Node(1)), Some.Transfer(1), File.Id, [new ChunkRange(0, 2)], 1 << 20,
        32 * 1024, Again: false, new byte[] { 1 });

    private readonly SessionChannel _requester = Some.Channel();
    private readonly Outbox _outbox = new();
    private readonly List<long> _left = [];
    private readonly Uploads _uploads;
    private readonly Deadlines _deadlines = new();
    private PieceRoom _room = new(Some.Link(1), 64 * 1024);

    public UploadLinksTests()
    {
        _uploads = new Uploads(
            Some.Options(Some.Node(1)), new PlainSeals(), new SeededRandom(5), _deadlines, Some.Ids,
            _ => new NodePath(Some.Node(3), 2, 1000, "tcp"), (_, _, left) =>
            {
                _left.Add(left);
                return _room;
            });
        _uploads.OnRequest(Some.At(0), Some.Node(3), Asked, _outbox);
        Ask(0, again: false);
        var opened = new StorageResult.UploadOpened(Some.Transfer(1), "song.flac", File.Layout);
        _uploads.OnOpened(Some.At(0), opened, _outbox);
        _outbox.Empty();
    }

    [Fact]
    public void Pieces_are_cut_to_their_link_and_the_link_is_chosen_by_what_is_left()
    {
        Assert.Equal(10_000, Next(new PieceRoom(Some.Link(2), 10_000)));
        Assert.Equal(32 * 1024, Next(new PieceRoom(Some.Link(1), 64 * 1024)));
        Assert.Equal(22_768, Next(_room));
        Assert.Equal(32 * 1024, Next(_room));
        Assert.Equal([131_072, 121_072, 88_304, 65_536], _left);
    }

    [Fact]
    public void Requester_is_asked_what_it_is_owed_when_a_link_towards_it_is_lost()
    {
        _uploads.OnPathLost(Some.At(1), Some.Node(4), _outbox);
        Assert.Empty(_outbox.Routed);
        _uploads.OnPathLost(Some.At(1), Some.Node(3), _outbox);
        Assert.Equal(Some.Transfer(1), Assert.Single(_outbox.Routed<TransferResume>()).Transfer);
    }

    [Fact]
    public void Requester_is_asked_once_a_second_until_it_has_answered()
    {
        foreach (var at in (double[])[1, 1.2, 1.4]) _uploads.OnPathLost(Some.At(at), Some.Node(3), _outbox);
        Assert.Single(_outbox.Routed<TransferResume>());
        Assert.Equal(Some.At(2), _deadlines.Next);
        Run(Some.At(2));
        Assert.Equal(2, _outbox.Routed<TransferResume>().Count);
        Assert.Equal(Some.At(3), _deadlines.Next);
        Ask(2.5, again: true);
        Run(Some.At(3));
        Assert.Equal(2, _outbox.Routed<TransferResume>().Count);
    }

    [Fact]
    public void Requester_to_whom_nothing_is_owed_is_not_asked()
    {
        while (_uploads.NextPiece(Some.At(0)) is not null) { }
        var ack = new Ack(Asked.Envelope, Some.Transfer(1), 2, [], 1 << 20, 0);
        _uploads.OnAck(Some.At(1), _requester.Prove(ack), _outbox);
        _uploads.OnPathLost(Some.At(2), Some.Node(3), _outbox);
        Assert.Empty(_outbox.Routed<TransferResume>());
    }

    private void Ask(double at, bool again) => _uploads.OnRequest(
        Some.At(at), Some.Node(3), _requester.Prove(Asked with { KeyOffer = default, Again = again }), _outbox);

    private void Run(Instant now) =>
        _deadlines.Run(now, due => _uploads.OnDue(now, (Upload)due.Owner, due.Timer, _outbox));

    private int Next(PieceRoom room)
    {
        _room = room;
        return _uploads.NextPiece(Some.At(0))!.Value.Piece.PieceBytes;
    }
}
