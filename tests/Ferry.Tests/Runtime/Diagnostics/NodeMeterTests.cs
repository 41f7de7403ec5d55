using Ferry.Protocol;
using Ferry.Protocol.Recording;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Diagnostics;
using Ferry.Tests.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Runtime.Diagnostics;

public sealed class NodeMeterTests : IDisposable
{
    private static readonly NodeId Self = new(new Bytes32(0x1234567890ABCDEF, 1, 2, 3));
    private static readonly FileTransfer Piece = (FileTransfer)new RandomMessages(1).Next(MessageType.FileTransfer);

    private readonly NodeMeter _meter = new(Self);
    private readonly Figures _figures = new(Self.Short);

    public void Dispose()
    {
        _figures.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Links_are_counted_by_transport()
    {
        _meter.Count(Some.LinkUp(1, Some.Node(1)));
        _meter.Count(Some.LinkUp(2, Some.Node(1), traits: Some.Bluetooth));
        _meter.Count(Some.LinkUp(3, Some.Node(2)));
        _meter.Count(new Input.LinkDown(Some.Link(1), "gone"));
        _figures.Look();

        Assert.Equal((1, 1), (_figures["ferry.links tcp"], _figures["ferry.links bluetooth"]));
    }

    [Fact]
    public void Bodies_are_counted_where_they_come_from_and_go()
    {
        _meter.Count(Some.LinkUp(1, Some.Node(1)));
        _meter.Count(new Input.Received(Some.Link(1), Piece, new RecordedBody(1000)));
        _meter.Count(new Input.Received(Some.Link(9), Piece, new RecordedBody(1000)));
        _meter.Count(new Input.Received(Some.Link(1), new Heartbeat(1), null));
        _meter.Count(new Effect.Store(new StorageRequest.PersistPiece(default, Piece, new RecordedBody(600))));
        _meter.Count(new Effect.Drop(new RecordedBody(300)));
        _meter.Count(new Effect.Forward(Some.Link(1), Some.Node(2), Piece, new RecordedBody(100)));
        _meter.Count(new Input.BulkSent(Some.Link(1), 40));

        Assert.Equal((1000, 40), (_figures["ferry.bulk.received tcp"], _figures["ferry.bulk.sent tcp"]));
        Assert.Equal(
            (600, 300, 100),
            (_figures["ferry.pieces kept"], _figures["ferry.pieces dropped"], _figures["ferry.pieces relayed"]));
    }

    [Fact]
    public void What_waits_for_a_link_ends_with_it()
    {
        var piece = Piece with { BodyBytes = 500 };
        _meter.Count(Some.LinkUp(1, Some.Node(1)));
        for (var time = 0; time < 3; time++) _meter.Count(new Effect.SendPiece(Some.Link(1), piece, default));
        _meter.Count(new Input.BulkSent(Some.Link(1), 500));
        _meter.Count(new Input.Stored(
            new StorageResult.PieceNotRead(piece.Transfer, Some.Link(1), 500, RefusalReason.SourceChanged)));
        _figures.Look();
        Assert.Equal(500, _figures["ferry.queue.bytes"]);

        _meter.Count(new Input.LinkDown(Some.Link(1), "gone"));
        _meter.Count(new Input.BulkSent(Some.Link(1), 500));
        _figures.Look();
        Assert.Equal(0, _figures["ferry.queue.bytes"]);
    }

    [Fact]
    public void Chunks_searches_flushes_and_turns_are_counted()
    {
        _meter.Count(new Input.Stored(new StorageResult.ChunksDurable(default, [1, 2, 3])));
        _meter.Count(new Effect.Store(new StorageRequest.MatchShares(Some.Query(1), "x", null, 10)));
        _meter.OnFlush(Some.Seconds(0.1));
        Assert.True(_meter.WantsTurns);
        _meter.OnTurn(Some.Seconds(0.1));

        Assert.Equal(
            (3, 1, 1, 1),
            (_figures["ferry.chunks.durable"], _figures["ferry.searches.answered"], _figures["ferry.flush.duration"],
                _figures["ferry.loop.turn.duration"]));
    }

    /// <summary>The page lists what there is.</summary>
    [Fact]
    public void Every_figure_is_on_its_page()
    {
        var page = File.ReadAllText(Architecture.Repository.FullPath("docs/diagnostics.md"));
        string[] all =
        [
            "ferry.links", "ferry.bulk.received", "ferry.bulk.sent", "ferry.pieces", "ferry.chunks.durable",
            "ferry.flush.duration", "ferry.queue.bytes", "ferry.loop.turn.duration", "ferry.searches.answered",
            "ferry.transfers",
        ];
        Assert.Equal(all.Order(), Figures.Published(Self.Short).Order());
        Assert.All(all, name => Assert.Contains($"| `{name}` |", page, StringComparison.Ordinal));
    }
}
