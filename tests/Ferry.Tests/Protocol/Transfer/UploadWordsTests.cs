using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

/// <summary>Whoever knows a session's ids speaks in the requester's name, or says again what it has heard.</summary>
public sealed class UploadWordsTests
{
    private static readonly NodeId Self = Some.Node(1);
    private static readonly NodeId Requester = Some.Node(2);
    private static readonly NodeId Neighbour = Some.Node(3);
    private static readonly Manifest File = Some.Content(10);

    private readonly SessionChannel _requester = Some.Channel();
    private readonly Outbox _outbox = new();
    private readonly PlainSeals _seals = new();
    private readonly Uploads _uploads;

    public UploadWordsTests() => _uploads = new Uploads(
        Some.Options(Self), _seals, new SeededRandom(5), new Deadlines(), Some.Ids,
        _ => new NodePath(Neighbour, 2, 1000, "tcp"), (_, _, _) => new PieceRoom(Some.Link(1), 64 * 1024));

    /// <summary>The holder has restarted: it remembers no session, and the requester has opened another one.</summary>
    [Fact]
    public void Recorded_offer_is_not_logged_and_replaces_no_session()
    {
        Serve(2);
        _outbox.Empty();
        Hear(Request(1));
        Hear(Request(1) with { KeyOffer = default });
        Hear(Request(1) with { KeyOffer = default, Proof = new byte[24] });
        Assert.Empty(_outbox.Stores<StorageRequest.OpenUpload>());
        Assert.Equal(Some.Transfer(2), Assert.Single(_uploads.Status(Some.At(0))).Transfer);
        Assert.Equal(Some.Transfer(2), _uploads.NextPiece(Some.At(0))!.Value.Piece.Transfer);
    }

    [Fact]
    public void Session_of_somebody_else_cannot_be_used()
    {
        Serve(1);
        _outbox.Empty();
        var proof = new byte[] { 3 };
        var thief = Some.From(Some.Node(66), Some.Node(1));
        Hear(_requester.Prove(Request(1) with { Envelope = thief, KeyOffer = default }));
        _uploads.OnReceipt(Some.At(0), new Receipt(thief, Some.Transfer(1), proof), _outbox);
        _uploads.OnRefusal(Some.At(0), new Refusal(thief, Some.Transfer(1), RefusalReason.NotWanted, proof), _outbox);
        _uploads.OnAck(
            Some.At(0), _requester.Prove(new Ack(thief, Some.Transfer(1), 10, [], 0, 0)), _outbox);
        Assert.Empty(_outbox.Routed);
        Assert.Empty(_outbox.Effects);
        Assert.NotNull(_uploads.NextPiece(Some.At(0)));
    }

    /// <summary>Its accept was lost, or a link has given it twice.</summary>
    [Fact]
    public void Same_offer_again_gets_the_same_accept()
    {
        Hear(Request(1));
        Hear(Request(1));
        Assert.Equal(2, _outbox.Routed<TransferAccept>().Count);
        Hear(Request(1) with { Envelope = Some.From(Some.Node(66), Self) });
        Assert.Equal(2, _outbox.Routed<TransferAccept>().Count);
    }

    [Fact]
    public void Offers_of_one_neighbour_push_out_its_own()
    {
        Hear(Request(1), via: Some.Node(4));
        for (var transfer = 2; transfer <= KeyOffers.Max + 1; transfer++) Hear(Request(transfer));
        Assert.Equal([Some.Transfer(2)], _seals.Forgotten);
        Hear(_requester.Prove(Request(2) with { KeyOffer = default }));
        Assert.Empty(_outbox.Stores<StorageRequest.OpenUpload>());
        Hear(_requester.Prove(Request(1) with { KeyOffer = default }));
        Assert.Single(_outbox.Stores<StorageRequest.OpenUpload>());
    }

    [Fact]
    public void Request_that_the_keys_do_not_prove_changes_nothing()
    {
        Serve(1, wanted: 2);
        Hear(Request(1) with { KeyOffer = default, Again = true, WindowBytes = 0, Wanted = [] });
        Hear(Request(1) with { KeyOffer = default, Wanted = [new ChunkRange(0, 10)] });
        Assert.Equal([0, 1], SendAll().Select(piece => piece.Chunk).Distinct());
    }

    [Fact]
    public void Request_that_is_said_again_changes_nothing()
    {
        Serve(1, wanted: 0);
        var request = _requester.Prove(Request(1, 2) with { KeyOffer = default, Again = true });
        Hear(request);
        Assert.NotEmpty(SendAll());
        Hear(request);
        Assert.Empty(SendAll());
    }

    [Fact]
    public void Ack_that_the_keys_do_not_prove_or_that_was_heard_changes_nothing()
    {
        Serve(1, wanted: 3);
        SendAll();
        var all = new Ack(Some.From(Requester, Self), Some.Transfer(1), 10, [], 1 << 20, 0);
        _uploads.OnAck(Some.At(1), all, _outbox);
        _uploads.OnAck(Some.At(1), all with { Proof = new byte[24] }, _outbox);
        Assert.Equal(0, Acked);
        var first = _requester.Prove(all with { Cumulative = 1, WindowBytes = 0 });
        _uploads.OnAck(Some.At(1), first, _outbox);
        _uploads.OnAck(Some.At(2), _requester.Prove(all with { Cumulative = 1 }), _outbox);
        _uploads.OnAck(Some.At(3), first, _outbox);
        Hear(_requester.Prove(Request(1, 1, first: 5) with { KeyOffer = default }));
        Assert.NotEmpty(SendAll());
        Assert.Equal(ChunkLayout.ChunkBytesMin, Acked);
    }

    /// <summary>A requester that says it has everything is told of no more than it was sent.</summary>
    [Fact]
    public void Ack_counts_only_what_was_sent()
    {
        Serve(1, wanted: 2);
        for (var piece = 0; piece < 3; piece++) Assert.NotNull(_uploads.NextPiece(Some.At(0)));
        var ack = new Ack(Some.From(Requester, Self), Some.Transfer(1), 10, [], 1 << 20, long.MaxValue);
        _uploads.OnAck(Some.At(1), _requester.Prove(ack), _outbox);
        Assert.Equal(ChunkLayout.ChunkBytesMin, Acked);
        Assert.Equal(Some.Seconds(1), Assert.Single(_uploads.Status(Some.At(2))).SinceAck);
        _uploads.OnAck(Some.At(3), _requester.Prove(ack), _outbox);
        Assert.Equal(Some.Seconds(3), Assert.Single(_uploads.Status(Some.At(4))).SinceAck);
    }

    [Theory]
    [InlineData(RefusalReason.UnknownTransfer)]
    [InlineData(RefusalReason.Busy)]
    [InlineData(RefusalReason.BadKeys)]
    public void Refusal_in_the_requesters_name_only_makes_the_holder_ask(RefusalReason reason)
    {
        Serve(1);
        _outbox.Empty();
        var forged = new Refusal(Some.From(Requester, Self), Some.Transfer(1), reason, new byte[] { 4 });
        for (var time = 0; time < 5; time++) _uploads.OnRefusal(Some.At(1), forged, _outbox);
        Assert.Equal(9, Assert.Single(_outbox.Routed<TransferResume>()).Proof.Length);
        Assert.NotNull(_uploads.NextPiece(Some.At(1)));
    }

    [Fact]
    public void Session_that_the_requester_has_lost_keeps_no_keys_and_asks_without_a_proof()
    {
        Serve(1);
        _outbox.Empty();
        var lost = new Refusal(
            Some.From(Requester, Self), Some.Transfer(1), RefusalReason.UnknownTransfer, new byte[] { 3 });
        _uploads.OnRefusal(Some.At(1), lost, _outbox);
        Assert.Equal([Some.Transfer(1)], _seals.Forgotten);
        Assert.True(Assert.Single(_outbox.Routed<TransferResume>()).Proof.IsEmpty);
        Hear(_requester.Prove(Request(1) with { KeyOffer = default }));
        Assert.Equal(3, Assert.Single(_outbox.Routed<Refusal>()).Proof.Span[0]);
    }

    [Fact]
    public void Signatures_for_unknown_sessions_are_made_at_a_bounded_pace()
    {
        for (var transfer = 1; transfer < 1000; transfer++) Hear(Request(transfer) with { KeyOffer = default });
        Assert.InRange(_outbox.Routed<Refusal>().Count, 1, 256);
    }

    private long Acked => Assert.Single(_uploads.Status(Some.At(0))).AckedBytes;

    private void Serve(int transfer, int wanted = 3)
    {
        Hear(Request(transfer));
        Hear(_requester.Prove(Request(transfer, wanted) with { KeyOffer = default }));
        _uploads.OnOpened(
            Some.At(0), new StorageResult.UploadOpened(Some.Transfer(transfer), "song.flac", File.Layout), _outbox);
    }

    private void Hear(TransferRequest request, NodeId? via = null) =>
        _uploads.OnRequest(Some.At(0), via ?? Neighbour, request, _outbox);

    private List<FileTransfer> SendAll()
    {
        var pieces = new List<FileTransfer>();
        while (_uploads.NextPiece(Some.At(0)) is { } next) pieces.Add(next.Piece);
        return pieces;
    }

    private static TransferRequest Request(int transfer, int wanted = 3, int first = 0) => new(
        Some.From(Requester, Self), Some.Transfer(transfer), File.Id,
        wanted == 0 ? [] : [new ChunkRange(first, wanted)], 1 << 20, 32 * 1024, Again: false, new byte[] { 1 });
}
