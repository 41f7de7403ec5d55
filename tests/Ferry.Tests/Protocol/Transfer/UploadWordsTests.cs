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
    private static readonly NodeId Self = HolderStage.Self;
    private static readonly NodeId Requester = Some.Node(2);
    private static readonly Manifest File = HolderStage.File;

    private readonly HolderStage _stage = new();
    private Outbox Outbox => _stage.Outbox;
    private Uploads Uploads => _stage.Uploads;

    /// <summary>The holder has restarted: it remembers no session, and the requester has opened another one.</summary>
    [Fact]
    public void Recorded_offer_is_not_logged_and_replaces_no_session()
    {
        Serve(2);
        Outbox.Empty();
        Hear(Request(1));
        Hear(Request(1) with { KeyOffer = default });
        Hear(Request(1) with { KeyOffer = default, Proof = new byte[24] });
        Assert.Empty(Outbox.Stores<StorageRequest.OpenUpload>());
        Assert.Equal(Some.Transfer(2), Assert.Single(Uploads.Status(Some.At(0))).Transfer);
        Assert.Equal(Some.Transfer(2), Uploads.NextPiece(Some.At(0))!.Value.Piece.Transfer);
    }

    [Fact]
    public void Session_of_somebody_else_cannot_be_used()
    {
        Serve(1);
        Outbox.Empty();
        var proof = new byte[] { 3 };
        var thief = Some.From(Some.Node(66), Some.Node(1));
        Hear(_stage.Requester.Prove(Request(1) with { Envelope = thief, KeyOffer = default }));
        Uploads.OnReceipt(Some.At(0), new Receipt(thief, Some.Transfer(1), proof), Outbox);
        Uploads.OnRefusal(Some.At(0), new Refusal(thief, Some.Transfer(1), RefusalReason.NotWanted, proof), Outbox);
        Uploads.OnAck(
            Some.At(0), _stage.Requester.Prove(new Ack(thief, Some.Transfer(1), 10, [], 0, 0)), Outbox);
        Assert.Empty(Outbox.Routed);
        Assert.Empty(Outbox.Effects);
        Assert.NotNull(Uploads.NextPiece(Some.At(0)));
    }

    /// <summary>Its accept was lost, or a link has given it twice.</summary>
    [Fact]
    public void Same_offer_again_gets_the_same_accept()
    {
        Hear(Request(1));
        Hear(Request(1));
        Assert.Equal(2, Outbox.Routed<TransferAccept>().Count);
        Hear(Request(1) with { Envelope = Some.From(Some.Node(66), Self) });
        Assert.Equal(2, Outbox.Routed<TransferAccept>().Count);
    }

    [Fact]
    public void Offers_of_one_neighbour_push_out_its_own()
    {
        Hear(Request(1), via: Some.Node(4));
        for (var transfer = 2; transfer <= KeyOffers.Max + 1; transfer++) Hear(Request(transfer));
        Assert.Equal([Some.Transfer(2)], _stage.Seals.Forgotten);
        Hear(_stage.Requester.Prove(Request(2) with { KeyOffer = default }));
        Assert.Empty(Outbox.Stores<StorageRequest.OpenUpload>());
        Hear(_stage.Requester.Prove(Request(1) with { KeyOffer = default }));
        Assert.Single(Outbox.Stores<StorageRequest.OpenUpload>());
    }

    [Fact]
    public void Request_that_the_keys_do_not_prove_changes_nothing()
    {
        Serve(1, wanted: 2);
        Hear(Request(1) with { KeyOffer = default, Again = true, WindowBytes = 0, Wanted = [] });
        Hear(Request(1) with { KeyOffer = default, Wanted = [new ChunkRange(0, 10)] });
        Assert.Equal([0, 1], _stage.SendAll().Select(piece => piece.Chunk).Distinct());
    }

    [Fact]
    public void Request_that_is_said_again_changes_nothing()
    {
        Serve(1, wanted: 0);
        var request = _stage.Requester.Prove(Request(1, 2) with { KeyOffer = default, Again = true });
        Hear(request);
        Assert.NotEmpty(_stage.SendAll());
        Hear(request);
        Assert.Empty(_stage.SendAll());
    }

    [Fact]
    public void Ack_that_the_keys_do_not_prove_or_that_was_heard_changes_nothing()
    {
        Serve(1, wanted: 3);
        _stage.SendAll();
        var all = new Ack(Some.From(Requester, Self), Some.Transfer(1), 10, [], 1 << 20, 0);
        Uploads.OnAck(Some.At(1), all, Outbox);
        Uploads.OnAck(Some.At(1), all with { Proof = new byte[24] }, Outbox);
        Assert.Equal(0, Acked);
        var first = _stage.Requester.Prove(all with { Cumulative = 1, WindowBytes = 0 });
        Uploads.OnAck(Some.At(1), first, Outbox);
        Uploads.OnAck(Some.At(2), _stage.Requester.Prove(all with { Cumulative = 1 }), Outbox);
        Uploads.OnAck(Some.At(3), first, Outbox);
        Hear(_stage.Requester.Prove(Request(1, 1, first: 5) with { KeyOffer = default }));
        Assert.NotEmpty(_stage.SendAll());
        Assert.Equal(ChunkLayout.ChunkBytesMin, Acked);
    }

    /// <summary>A requester that says it has everything is told of no more than it was sent.</summary>
    [Fact]
    public void Ack_counts_only_what_was_sent()
    {
        Serve(1, wanted: 2);
        for (var piece = 0; piece < 3; piece++) Assert.NotNull(Uploads.NextPiece(Some.At(0)));
        var ack = new Ack(Some.From(Requester, Self), Some.Transfer(1), 10, [], 1 << 20, long.MaxValue);
        Uploads.OnAck(Some.At(1), _stage.Requester.Prove(ack), Outbox);
        Assert.Equal(ChunkLayout.ChunkBytesMin, Acked);
        Assert.Equal(Some.Seconds(1), Assert.Single(Uploads.Status(Some.At(2))).SinceAck);
        Uploads.OnAck(Some.At(3), _stage.Requester.Prove(ack), Outbox);
        Assert.Equal(Some.Seconds(3), Assert.Single(Uploads.Status(Some.At(4))).SinceAck);
    }

    [Theory]
    [InlineData(RefusalReason.UnknownTransfer)]
    [InlineData(RefusalReason.Busy)]
    [InlineData(RefusalReason.BadKeys)]
    public void Refusal_in_the_requesters_name_only_makes_the_holder_ask(RefusalReason reason)
    {
        Serve(1);
        Outbox.Empty();
        var forged = new Refusal(Some.From(Requester, Self), Some.Transfer(1), reason, new byte[] { 4 });
        for (var time = 0; time < 5; time++) Uploads.OnRefusal(Some.At(1), forged, Outbox);
        Assert.Equal(9, Assert.Single(Outbox.Routed<TransferResume>()).Proof.Length);
        Assert.NotNull(Uploads.NextPiece(Some.At(1)));
    }

    [Fact]
    public void Session_that_the_requester_has_lost_keeps_no_keys_and_asks_without_a_proof()
    {
        Serve(1);
        Outbox.Empty();
        var lost = new Refusal(
            Some.From(Requester, Self), Some.Transfer(1), RefusalReason.UnknownTransfer, new byte[] { 3 });
        Uploads.OnRefusal(Some.At(1), lost, Outbox);
        Assert.Equal([Some.Transfer(1)], _stage.Seals.Forgotten);
        Assert.True(Assert.Single(Outbox.Routed<TransferResume>()).Proof.IsEmpty);
        Hear(_stage.Requester.Prove(Request(1) with { KeyOffer = default }));
        Assert.Equal(3, Assert.Single(Outbox.Routed<Refusal>()).Proof.Span[0]);
    }

    [Fact]
    public void Signatures_for_unknown_sessions_are_made_at_a_bounded_pace()
    {
        for (var transfer = 1; transfer < 1000; transfer++) Hear(Request(transfer) with { KeyOffer = default });
        Assert.InRange(Outbox.Routed<Refusal>().Count, 1, 256);
    }

    private long Acked => Assert.Single(Uploads.Status(Some.At(0))).AckedBytes;

    private void Serve(int transfer, int wanted = 3)
    {
        Hear(Request(transfer));
        _stage.HearProven(Request(transfer, wanted));
        _stage.Opened(transfer, File);
    }

    private void Hear(TransferRequest request, NodeId? via = null) =>
        _stage.Hear(request, via: via);

    private static TransferRequest Request(int transfer, int wanted = 3, int first = 0) => new(
        Some.From(Requester, Self), Some.Transfer(transfer), File.Id,
        wanted == 0 ? [] : [new ChunkRange(first, wanted)], 1 << 20, 32 * 1024, Again: false, new byte[] { 1 });
}
