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
    private static readonly NodeId Self = Some.Node(1);
    private static readonly NodeId One = Some.Node(2);
    private static readonly NodeId Two = Some.Node(3);
    private static readonly Manifest File = Some.Content(10);
    private static readonly Manifest OtherFile = Some.Content(10, number: 1);

    private readonly SessionChannel _requester = Some.Channel();
    private readonly Outbox _outbox = new();
    private readonly Uploads _uploads = new(
        Some.Options(Self), new PlainSeals(), new SeededRandom(5), new Deadlines(), Some.Ids,
        _ => new NodePath(Some.Node(3), 2, 1000, "tcp"), (_, _, _) => new PieceRoom(Some.Link(1), 64 * 1024));

    [Fact]
    public void Cancel_ends_the_upload_that_it_names_and_no_other()
    {
        Serve(1, One, File);
        Serve(2, Two, File);
        Serve(3, One, OtherFile);
        _outbox.Empty();

        _uploads.Cancel(Some.At(1), File.Id, One, _outbox);

        var refusal = Assert.Single(_outbox.Routed<Refusal>());
        Assert.Equal((One, Some.Transfer(1), RefusalReason.Cancelled),
            (refusal.Envelope.Destination, refusal.Transfer, refusal.Reason));
        Assert.Equal(Some.Transfer(1), Assert.Single(_outbox.Stores<StorageRequest.CloseUpload>()).Transfer);
        Assert.Equal(
            [Some.Transfer(2), Some.Transfer(3)], _uploads.Status(Some.At(1)).Select(upload => upload.Transfer));
    }

    /// <summary>The requester opened a new session since the user saw the list.</summary>
    [Fact]
    public void Cancel_ends_the_session_that_has_taken_the_place_of_the_one_seen()
    {
        Serve(1, One, File);
        Serve(2, One, File);
        _uploads.Cancel(Some.At(1), File.Id, One, _outbox);
        Assert.Empty(_uploads.Status(Some.At(1)));
    }

    /// <summary>A full queue or a lost key says nothing of the file, and the requester may be down just now.</summary>
    [Theory]
    [InlineData(RefusalReason.Busy)]
    [InlineData(RefusalReason.UnknownTransfer)]
    public void Piece_that_is_not_sent_leaves_the_entry_in_the_log(RefusalReason reason)
    {
        Serve(1, One, File);
        _outbox.Empty();
        _uploads.OnReadFailed(Some.At(1), Some.Transfer(1), reason, _outbox);
        Assert.Empty(_outbox.Stores<StorageRequest.CloseUpload>());
        Assert.Empty(_outbox.Routed<Refusal>());
        var goesOn = reason == RefusalReason.Busy;
        var status = Assert.Single(_uploads.Status(Some.At(1)));
        Assert.Equal(goesOn ? TransferState.Running : TransferState.Resuming, status.State);
        Assert.Equal(goesOn ? 0 : 1, _outbox.Routed<TransferResume>().Count);
        Assert.Equal(goesOn, _uploads.NextPiece(Some.At(1)) is not null);
    }

    /// <summary>Whoever recorded the offer sends it again, when the requester has opened another session.</summary>
    [Fact]
    public void Offer_of_a_session_that_was_served_is_not_taken_again()
    {
        Serve(1, One, File);
        Serve(2, One, File);
        _outbox.Empty();
        Serve(1, One, File);
        Assert.Empty(_outbox.Stores<StorageRequest.OpenUpload>());
        Assert.Empty(_outbox.Routed<TransferAccept>());
        Assert.All(_outbox.Routed<Refusal>(), word => Assert.Equal(RefusalReason.UnknownTransfer, word.Reason));
        Assert.Equal(Some.Transfer(2), Assert.Single(_uploads.Status(Some.At(1))).Transfer);
        Assert.Equal(Some.Transfer(2), _uploads.NextPiece(Some.At(1))!.Value.Piece.Transfer);
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
        _outbox.Empty();
        var forged = Some.From(One, Self);
        if (reason is { } why)
            _uploads.OnRefusal(Some.At(1), new Refusal(forged, Some.Transfer(1), why, default), _outbox);
        else _uploads.OnReceipt(Some.At(1), new Receipt(forged, Some.Transfer(1), new byte[] { 4 }), _outbox);
        Assert.Empty(_outbox.Stores<StorageRequest.CloseUpload>());
        Assert.Empty(_outbox.Stores<StorageRequest.DoubtShare>());
        Assert.Equal(Some.Transfer(1), Assert.Single(_outbox.Routed<TransferResume>()).Transfer);
        Assert.NotNull(_uploads.NextPiece(Some.At(1)));
    }

    [Theory]
    [InlineData(RefusalReason.SourceChanged)]
    [InlineData(RefusalReason.NotShared)]
    [InlineData(RefusalReason.SourceUnreadable)]
    public void File_that_has_gone_ends_the_upload(RefusalReason reason)
    {
        Serve(1, One, File);
        _uploads.OnReadFailed(Some.At(1), Some.Transfer(1), reason, _outbox);
        Assert.Single(_outbox.Stores<StorageRequest.CloseUpload>());
        Assert.Equal(reason, Assert.Single(_outbox.Routed<Refusal>()).Reason);
    }

    private void Serve(int transfer, NodeId requester, Manifest file)
    {
        var request = new TransferRequest(
            Some.From(requester, Self), Some.Transfer(transfer), file.Id, [new ChunkRange(0, 2)], 1 << 20, 30_000,
            Again: false, new byte[] { 1 });
        _uploads.OnRequest(Some.At(0), Some.Node(3), request, _outbox);
        var proven = _requester.Prove(request with { KeyOffer = default });
        _uploads.OnRequest(Some.At(0), Some.Node(3), proven, _outbox);
        _uploads.OnOpened(
            Some.At(0), new StorageResult.UploadOpened(Some.Transfer(transfer), "song.flac", file.Layout), _outbox);
    }
}
