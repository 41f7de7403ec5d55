using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

/// <summary>A holder that gives one content to two requesters and another content to one of them.</summary>
public sealed class UploadCancelTests
{
    private static readonly NodeId One = Some.Node(2);
    private static readonly NodeId Two = Some.Node(3);
    private static readonly Manifest File = HolderStage.File;
    private static readonly Manifest OtherFile = Some.Content(10, number: 1);

    private readonly HolderStage _stage = new();
    private Outbox Outbox => _stage.Outbox;
    private Uploads Uploads => _stage.Uploads;

    [Fact]
    public void Cancel_ends_the_upload_that_it_names_and_no_other()
    {
        Serve(1, One, File);
        Serve(2, Two, File);
        Serve(3, One, OtherFile);
        Outbox.Empty();

        Uploads.Cancel(Some.At(1), File.Id, One, Outbox);

        var refusal = Assert.Single(Outbox.Routed<Refusal>());
        Assert.Equal((One, Some.Transfer(1), RefusalReason.Cancelled),
            (refusal.Envelope.Destination, refusal.Transfer, refusal.Reason));
        Assert.Equal(Some.Transfer(1), Assert.Single(Outbox.Stores<StorageRequest.CloseUpload>()).Transfer);
        Assert.Equal(
            [Some.Transfer(2), Some.Transfer(3)], Uploads.Status(Some.At(1)).Select(upload => upload.Transfer));
    }

    /// <summary>The requester opened a new session since the user saw the list.</summary>
    [Fact]
    public void Cancel_ends_the_session_that_has_taken_the_place_of_the_one_seen()
    {
        Serve(1, One, File);
        Serve(2, One, File);
        Uploads.Cancel(Some.At(1), File.Id, One, Outbox);
        Assert.Empty(Uploads.Status(Some.At(1)));
    }

    /// <summary>A full queue or a lost key says nothing of the file, and the requester may be down just now.</summary>
    [Theory]
    [InlineData(RefusalReason.Busy)]
    [InlineData(RefusalReason.UnknownTransfer)]
    public void Piece_that_is_not_sent_leaves_the_entry_in_the_log(RefusalReason reason)
    {
        Serve(1, One, File);
        Outbox.Empty();
        Uploads.OnReadFailed(Some.At(1), Some.Transfer(1), reason, Outbox);
        Assert.Empty(Outbox.Stores<StorageRequest.CloseUpload>());
        Assert.Empty(Outbox.Routed<Refusal>());
        var goesOn = reason == RefusalReason.Busy;
        var status = Assert.Single(Uploads.Status(Some.At(1)));
        Assert.Equal(goesOn ? TransferState.Running : TransferState.Resuming, status.State);
        Assert.Equal(goesOn ? 0 : 1, Outbox.Routed<TransferResume>().Count);
        Assert.Equal(goesOn, Uploads.NextPiece(Some.At(1)) is not null);
    }

    /// <summary>Whoever recorded the offer sends it again, when the requester has opened another session.</summary>
    [Fact]
    public void Offer_of_a_session_that_was_served_is_not_taken_again()
    {
        Serve(1, One, File);
        Serve(2, One, File);
        Outbox.Empty();
        Serve(1, One, File);
        Assert.Empty(Outbox.Stores<StorageRequest.OpenUpload>());
        Assert.Empty(Outbox.Routed<TransferAccept>());
        Assert.All(Outbox.Routed<Refusal>(), word => Assert.Equal(RefusalReason.UnknownTransfer, word.Reason));
        Assert.Equal(Some.Transfer(2), Assert.Single(Uploads.Status(Some.At(1))).Transfer);
        Assert.Equal(Some.Transfer(2), Uploads.NextPiece(Some.At(1))!.Value.Piece.Transfer);
    }

    /// <summary>A relay knows the ids, and may say anything in the requester's name.</summary>
    [Theory]
    [InlineData(RefusalReason.NotWanted)]
    [InlineData(RefusalReason.Cancelled)]
    [InlineData(RefusalReason.SourceChanged)]
    [InlineData(null)]
    public void Last_word_that_the_requester_has_not_signed_makes_the_holder_ask(RefusalReason? reason)
    {
        Serve(1, One, File);
        Outbox.Empty();
        var forged = Some.From(One, HolderStage.Self);
        if (reason is { } why)
            Uploads.OnRefusal(Some.At(1), new Refusal(forged, Some.Transfer(1), why, default), Outbox);
        else Uploads.OnReceipt(Some.At(1), new Receipt(forged, Some.Transfer(1), new byte[] { 4 }), Outbox);
        Assert.Empty(Outbox.Stores<StorageRequest.CloseUpload>());
        Assert.Empty(Outbox.Stores<StorageRequest.DoubtShare>());
        Assert.Equal(Some.Transfer(1), Assert.Single(Outbox.Routed<TransferResume>()).Transfer);
        Assert.NotNull(Uploads.NextPiece(Some.At(1)));
    }

    [Theory]
    [InlineData(RefusalReason.SourceChanged)]
    [InlineData(RefusalReason.NotShared)]
    [InlineData(RefusalReason.SourceUnreadable)]
    public void File_that_has_gone_ends_the_upload(RefusalReason reason)
    {
        Serve(1, One, File);
        Uploads.OnReadFailed(Some.At(1), Some.Transfer(1), reason, Outbox);
        Assert.Single(Outbox.Stores<StorageRequest.CloseUpload>());
        Assert.Equal(reason, Assert.Single(Outbox.Routed<Refusal>()).Reason);
    }

    private void Serve(int transfer, NodeId requester, Manifest file)
    {
        var request = new TransferRequest(
            Some.From(requester, HolderStage.Self), Some.Transfer(transfer), file.Id, [new ChunkRange(0, 2)], 1 << 20,
            30_000, Again: false, new byte[] { 1 });
        _stage.Hear(request);
        _stage.HearProven(request);
        _stage.Opened(transfer, file);
    }
}
