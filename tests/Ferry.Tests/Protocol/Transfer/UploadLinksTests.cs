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

    private readonly Outbox _outbox = new();
    private readonly List<long> _left = [];
    private readonly Uploads _uploads;
    private PieceLink _link;

    public UploadLinksTests()
    {
        _uploads = new Uploads(
            Some.Options(Some.Node(1)), new PlainSeals(), new SeededRandom(5),
            _ => new NodePath(Some.Node(3), 2, 1000, "tcp"), (_, _, left) =>
            {
                _left.Add(left);
                return _link;
            });
        _uploads.OnRequest(Some.At(0), Asked, _outbox);
        var opened = new StorageResult.UploadOpened(Some.Transfer(1), "song.flac", File.Layout);
        _uploads.OnOpened(Some.At(0), opened, _outbox);
        _outbox.Empty();
    }

    [Fact]
    public void Pieces_are_cut_to_their_link_and_the_link_is_chosen_by_what_is_left()
    {
        Assert.Equal(10_000, Next(new PieceLink(Some.Link(2), 10_000)));
        Assert.Equal(32 * 1024, Next(new PieceLink(Some.Link(1), 64 * 1024)));
        Assert.Equal(22_768, Next(_link));
        Assert.Equal(32 * 1024, Next(_link));
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
        Assert.Equal(Some.At(2), _uploads.NextDeadline);
        _uploads.OnTick(Some.At(2), _outbox);
        Assert.Equal(2, _outbox.Routed<TransferResume>().Count);
        Assert.Equal(Some.At(3), _uploads.NextDeadline);
        _uploads.OnRequest(Some.At(2.5), Asked with { Again = true }, _outbox);
        _uploads.OnTick(Some.At(3), _outbox);
        Assert.Equal(2, _outbox.Routed<TransferResume>().Count);
    }

    [Fact]
    public void Requester_to_whom_nothing_is_owed_is_not_asked()
    {
        _link = new PieceLink(Some.Link(1), 64 * 1024);
        while (_uploads.NextPiece(Some.At(0)) is not null) { }
        _uploads.OnAck(Some.At(1), new Ack(Asked.Envelope, Some.Transfer(1), 2, [], 1 << 20, 0), _outbox);
        _uploads.OnPathLost(Some.At(2), Some.Node(3), _outbox);
        Assert.Empty(_outbox.Routed<TransferResume>());
    }

    private int Next(PieceLink link)
    {
        _link = link;
        return _uploads.NextPiece(Some.At(0))!.Value.Piece.PieceBytes;
    }
}
