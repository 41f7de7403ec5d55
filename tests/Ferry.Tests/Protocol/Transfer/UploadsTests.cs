using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

public sealed class UploadsTests
{
    private static readonly NodeId Requester = Some.Node(2);
    private static readonly Manifest File = HolderStage.File;
    private static readonly byte[] Signed = [3];

    private readonly HolderStage _stage = new();
    private Outbox Outbox => _stage.Outbox;
    private Uploads Uploads => _stage.Uploads;

    [Fact]
    public void Request_that_the_keys_prove_goes_to_the_log_and_the_pieces_come_after_it()
    {
        Ask(1, offer: [1]);
        var accept = Assert.Single(Outbox.Routed<TransferAccept>());
        Assert.Equal((Requester, (byte)2), (accept.Envelope.Destination, accept.KeyAnswer.Span[0]));
        Assert.Empty(Outbox.Effects);

        Ask(1, offer: []);
        var open = Assert.Single(Outbox.Stores<StorageRequest.OpenUpload>());
        Assert.Equal((Some.Transfer(1), File.Id, Requester), (open.Transfer, open.Content, open.Requester));
        Assert.Null(Uploads.NextPiece(Some.At(0)));

        Opened(1);
        var (link, piece, _) = Uploads.NextPiece(Some.At(0))!.Value;
        Assert.Equal((Some.Link(1), 0, 0), (link, piece.Chunk, piece.Offset));
    }

    [Fact]
    public void Requests_that_come_before_the_log_is_flushed_are_not_lost()
    {
        Ask(1, wanted: 1);
        Ask(1, wanted: 2, offer: []);
        Opened(1);
        Assert.Equal([0, 1], _stage.SendAll().Select(piece => piece.Chunk).Distinct());
    }

    [Fact]
    public void Requests_that_come_before_the_log_is_flushed_are_not_kept_without_bound()
    {
        Ask(1, wanted: 1);
        for (var chunk = 2; chunk < 10; chunk++) Ask(1, wanted: 1, first: chunk, offer: []);
        Opened(1);
        Assert.Equal([0, 2, 3, 4], _stage.SendAll().Select(piece => piece.Chunk).Distinct());
    }

    [Fact]
    public void Request_for_an_unknown_session_is_refused()
    {
        Ask(1, offer: []);
        Assert.Equal(RefusalReason.UnknownTransfer, Assert.Single(Outbox.Routed<Refusal>()).Reason);
        Assert.Empty(Outbox.Effects);
    }

    [Fact]
    public void Bad_key_offer_is_refused()
    {
        Ask(1, offer: [9]);
        Assert.Equal(RefusalReason.BadKeys, Assert.Single(Outbox.Routed<Refusal>()).Reason);
        Assert.Empty(Outbox.Effects);
    }

    [Fact]
    public void Storage_that_refuses_is_heard_by_the_requester()
    {
        Ask(1);
        Uploads.OnRefused(new StorageResult.UploadRefused(Some.Transfer(1), RefusalReason.NotShared), Outbox);
        Assert.Equal(RefusalReason.NotShared, Assert.Single(Outbox.Routed<Refusal>()).Reason);
        Assert.Equal([Some.Transfer(1)], _stage.Seals.Forgotten);
        Assert.Empty(Uploads.Status(Some.At(0)));
    }

    [Fact]
    public void New_session_of_the_pair_replaces_the_old_one()
    {
        Ask(1);
        Opened(1);
        Ask(2);
        Opened(2);
        Assert.Equal(Some.Transfer(2), Assert.Single(Uploads.Status(Some.At(0))).Transfer);
        Assert.Equal([Some.Transfer(1)], _stage.Seals.Forgotten);
        Assert.Empty(Outbox.Stores<StorageRequest.CloseUpload>());
        Assert.All(_stage.SendAll(), piece => Assert.Equal(Some.Transfer(2), piece.Transfer));
    }

    [Fact]
    public void Silence_asks_with_longer_and_longer_waits_and_sends_nothing_unasked()
    {
        Ask(1, wanted: 1);
        Opened(1);
        Assert.NotEmpty(_stage.SendAll());
        double[] waits = [20, 40, 80, 160, 320, 600, 600];
        var last = Some.At(0);
        foreach (var wait in waits)
        {
            Outbox.Empty();
            var due = _stage.Deadlines.Next;
            Assert.InRange(due - last, Some.Seconds(wait * 0.8), Some.Seconds(wait * 1.2));
            Run(due - Some.Seconds(0.001));
            Assert.Empty(Outbox.Routed);
            Run(due);
            Assert.Equal(File.Id, Assert.Single(Outbox.Routed<TransferResume>()).Content);
            Assert.Empty(_stage.SendAll());
            last = due;
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Progress_puts_the_silence_off_and_an_ack_without_it_does_not(int cumulative, int asked)
    {
        Ask(1, wanted: 2);
        Opened(1);
        _stage.SendAll();
        var due = _stage.Deadlines.Next;
        var ack = new Ack(Request(1).Envelope, Some.Transfer(1), cumulative, [], 1 << 20, 0);
        Uploads.OnAck(Some.At(15), _stage.Requester.Prove(ack), Outbox);
        Run(due);
        Assert.Equal(asked, Outbox.Routed<TransferResume>().Count);
        if (asked == 0) Assert.InRange(_stage.Deadlines.Next - Some.At(15), Some.Seconds(16), Some.Seconds(24));
    }

    [Fact]
    public void Recovered_upload_asks_and_sends_nothing_before_a_new_session()
    {
        Recover();
        Assert.Equal(Some.Transfer(9), Assert.Single(Outbox.Routed<TransferResume>()).Transfer);
        Assert.Null(Uploads.NextPiece(Some.At(0)));
        Outbox.Empty();
        Ask(9, offer: [1]);
        Assert.Equal(RefusalReason.UnknownTransfer, Assert.Single(Outbox.Routed<Refusal>()).Reason);
        Ask(10);
        Opened(10);
        Assert.Equal(Some.Transfer(10), Assert.Single(Uploads.Status(Some.At(0))).Transfer);
    }

    [Fact]
    public void Requester_that_comes_within_reach_is_asked_at_once_but_not_all_the_time()
    {
        _stage.Path = null;
        Recover();
        _stage.Path = new NodePath(Some.Node(3), 2, 1000, "tcp");
        Outbox.Empty();
        Uploads.OnRouteFound(Some.At(0.5), Requester, Outbox);
        Uploads.OnRouteFound(Some.At(0.9), Requester, Outbox);
        Uploads.OnLinkUp(Some.At(0.9), Outbox);
        Assert.Single(Outbox.Routed<TransferResume>());
        Run(_stage.Deadlines.Next);
        Assert.Equal(2, Outbox.Routed<TransferResume>().Count);
    }

    [Fact]
    public void Requester_that_lost_the_session_is_asked_and_keeps_its_place_in_the_log()
    {
        Ask(1);
        Opened(1);
        Outbox.Empty();
        Refuse(RefusalReason.UnknownTransfer);
        Assert.Single(Outbox.Routed<TransferResume>());
        Assert.Empty(Outbox.Stores<StorageRequest.CloseUpload>());
        Assert.Null(Uploads.NextPiece(Some.At(0)));
    }

    [Fact]
    public void Requester_that_lost_the_session_before_the_log_had_it_is_told_of_it_all_the_same()
    {
        Ask(1);
        Outbox.Empty();
        Refuse(RefusalReason.UnknownTransfer);
        Assert.Empty(Outbox.Routed);
        Opened(1);
        Assert.NotNull(Uploads.NextPiece(Some.At(0)));
    }

    [Theory]
    [InlineData(RefusalReason.NotWanted, "not wanted any more")]
    [InlineData(RefusalReason.Cancelled, "cancelled by the requester")]
    [InlineData(RefusalReason.SourceChanged, "the requester got other bytes than the content's")]
    public void Requester_that_wants_nothing_ends_the_entry(RefusalReason reason, string told)
    {
        Ask(1);
        Opened(1);
        Refuse(reason);
        Assert.Equal(reason == RefusalReason.SourceChanged ? 1 : 0, Outbox.Stores<StorageRequest.DoubtShare>().Count);
        Ended(told);
    }

    [Fact]
    public void Receipt_ends_the_entry()
    {
        Ask(1);
        Opened(1);
        Uploads.OnReceipt(Some.At(1), new Receipt(Request(1).Envelope, Some.Transfer(1), Signed), Outbox);
        Ended("completed");
    }

    [Fact]
    public void File_that_changed_is_refused_and_ends_the_entry()
    {
        Ask(1);
        Opened(1);
        Uploads.OnReadFailed(Some.At(1), Some.Transfer(1), RefusalReason.SourceChanged, Outbox);
        Assert.Equal(RefusalReason.SourceChanged, Assert.Single(Outbox.Routed<Refusal>()).Reason);
        Ended("the file changed while being sent");
    }

    [Fact]
    public void Transfers_take_turns()
    {
        foreach (var (transfer, requester) in new[] { (1, Some.Node(2)), (2, Some.Node(3)) })
        {
            var request = Request(transfer) with { Envelope = Some.From(requester, Some.Node(1)) };
            Uploads.OnRequest(Some.At(0), Some.Node(3), request, Outbox);
            var proven = _stage.Requester.Prove(request with { KeyOffer = default });
            Uploads.OnRequest(Some.At(0), Some.Node(3), proven, Outbox);
            Opened(transfer);
        }
        var order = Enumerable.Range(0, 6).Select(_ => (int)Uploads.NextPiece(Some.At(0))!.Value.Piece.Transfer.Value);
        Assert.Equal([1, 2, 1, 2, 1, 2], order);
    }

    [Fact]
    public void Acked_bytes_are_noted_now_and_then()
    {
        Ask(1, wanted: 10);
        Opened(1);
        _stage.SendAll();
        for (var chunk = 1; chunk <= 10; chunk++)
        {
            var ack = new Ack(Request(1).Envelope, Some.Transfer(1), chunk, [], 1 << 20, 0);
            Uploads.OnAck(Some.At(chunk), _stage.Requester.Prove(ack), Outbox);
        }
        Assert.Equal(
            [5L * ChunkLayout.ChunkBytesMin, 10L * ChunkLayout.ChunkBytesMin],
            Outbox.Stores<StorageRequest.NoteAcked>().Select(note => note.AckedBytes));
    }

    private void Recover()
    {
        var entry = new RecoveredUpload(
            Some.Transfer(9), File.Id, "song.flac", File.Layout, Requester, 0, TimeSpan.Zero);
        Uploads.Start(Some.At(0), [entry], Outbox);
    }

    [Theory]
    [InlineData(0, 7 * 24)]
    [InlineData(6 * 24, 24)]
    [InlineData(10_000 * 24, 1)] // Its age is what a wall clock says: it gets an hour to be heard of.
    public void Without_a_sign_of_the_requester_for_a_week_it_is_given_up_and_told(int hoursOld, int hoursLeft)
    {
        var entry = new RecoveredUpload(
            Some.Transfer(1), File.Id, "song.flac", File.Layout, Requester, 0, TimeSpan.FromHours(hoursOld));
        Uploads.Start(Some.At(0), [entry], Outbox);
        Assert.Equal(TimeSpan.FromHours(hoursOld), Assert.Single(Uploads.Status(Some.At(0))).SinceAck);
        Run(Some.At(hoursLeft * 3600 - 1));
        Assert.Empty(Outbox.Notices<Notice.UploadEnded>());
        Run(Some.At(hoursLeft * 3600));
        Assert.Equal("song.flac", Assert.Single(Outbox.Notices<Notice.TransferGivenUp>()).Name);
        Ended("given up: no sign of the requester for 7 days");
    }

    private void Run(Instant now) => _stage.Deadlines.Run(now, due =>
    {
        if (due.Owner is Upload upload) Uploads.OnDue(now, upload, due.Timer, Outbox);
    });

    /// <param name="offer">The key offer alone, or nothing and the request that the keys prove; else both.</param>
    private void Ask(int transfer, int wanted = 3, int first = 0, byte[]? offer = null)
    {
        var request = Request(transfer, wanted, first);
        if (offer is not []) _stage.Hear(request with { KeyOffer = offer ?? [1] });
        if (offer is null or []) _stage.HearProven(request);
    }

    private void Opened(int transfer) => _stage.Opened(transfer, File);

    private void Refuse(RefusalReason reason) =>
        Uploads.OnRefusal(Some.At(1), new Refusal(Request(1).Envelope, Some.Transfer(1), reason, Signed), Outbox);

    private void Ended(string reason)
    {
        Assert.Equal(Some.Transfer(1), Assert.Single(Outbox.Stores<StorageRequest.CloseUpload>()).Transfer);
        Assert.Equal(reason, Assert.Single(Outbox.Notices<Notice.UploadEnded>()).Reason);
        Assert.Equal([Some.Transfer(1)], _stage.Seals.Forgotten);
        Assert.Empty(Uploads.Status(Some.At(1)));
        Assert.Null(Uploads.NextPiece(Some.At(0)));
    }

    private static TransferRequest Request(int transfer, int wanted = 3, int first = 0) => new(
        Some.From(Requester, Some.Node(1)), Some.Transfer(transfer), File.Id, [new ChunkRange(first, wanted)], 1 << 20,
        32 * 1024, Again: false, new byte[] { 1 });
}
