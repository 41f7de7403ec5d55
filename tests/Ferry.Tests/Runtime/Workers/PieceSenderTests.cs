using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Seals;
using Ferry.Runtime.Workers;
using Ferry.Storage.Shares;
using Ferry.Storage.Store;
using Ferry.TestKit.Disks;
using Ferry.Tests.Storage.Store;
using Ferry.Tests.Transports;
using Ferry.Transports.Secure;
using Xunit;

namespace Ferry.Tests.Runtime.Workers;

public sealed class PieceSenderTests : IAsyncDisposable
{
    private const int PieceBytes = 1000;
    private static readonly ContentId Content = new(new Bytes32(1, 2, 3, 4));
    private static readonly TransferId Transfer = new(7);

    private readonly RuntimeStage _stage = new();
    private readonly Identity _holderKey = Identity.Create();
    private readonly Identity _requesterKey = Identity.Create();
    private readonly SealKeyRing _holder;
    private readonly SealKeyRing _requester;
    private readonly Manifest _manifest;
    private readonly byte[] _bytes;

    public PieceSenderTests()
    {
        (_manifest, _bytes) = StoreStage.Content(50 * PieceBytes);
        _stage.Store.Memory.Put("/music/song.flac", _bytes);
        var stamp = _stage.Store.Memory.Stamp("/music/song.flac")!.Value;
        _stage.Store.Shares.Add(new SharedSource(_manifest, "song.flac", "/music/song.flac", stamp));
        (_holder, _requester) = (new SealKeyRing(_holderKey), new SealKeyRing(_requesterKey));
        var offer = _requester.Offer(Transfer, Content, _holderKey.Id);
        Assert.True(_requester.Complete(
            Transfer, _holderKey.Id, _holder.Answer(Transfer, Content, _requesterKey.Id, offer)));
    }

    [Fact]
    public async Task Pieces_leave_sealed_in_the_order_in_which_they_were_chosen()
    {
        var (link, peer) = await _stage.LinkAsync();
        await using var sender = NewSender();
        for (var piece = 0; piece < 20; piece++) sender.Post(Piece(link, piece));
        for (var piece = 0; piece < 20; piece++)
        {
            var received = await LinkFixture.Receive(peer);
            using var body = received.Body!;
            var head = Assert.IsType<FileTransfer>(received.Message);
            var opened = new byte[PieceBytes];
            Assert.True(_requester.TryOpen(head, body, opened));
            Assert.Equal(_bytes[(piece * PieceBytes)..][..PieceBytes], opened);
        }
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task Piece_that_cannot_be_sent_is_told_with_its_reason_and_its_room()
    {
        var (link, peer) = await _stage.LinkAsync();
        await using var sender = NewSender();
        sender.Post(Piece(link, 0, transfer: new TransferId(8)));
        await AssertNotReadAsync(new TransferId(8), link, RefusalReason.UnknownTransfer);
        sender.Post(Piece(link, 0) with { Content = Some.Content(1).Id });
        await AssertNotReadAsync(Transfer, link, RefusalReason.NotShared);
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task Piece_beyond_what_may_wait_is_turned_down_at_once()
    {
        var (link, peer) = await _stage.LinkAsync();
        await using var sender = NewSender(readsMax: 1);
        using var hold = new DiskHold(_stage.Store.Memory, DiskOperation.Read);
        sender.Post(Piece(link, 0));
        await hold.WhenBegunAsync();
        sender.Post(Piece(link, 1));
        sender.Post(Piece(link, 2));
        await AssertNotReadAsync(Transfer, link, RefusalReason.Busy);
        hold.Release();
        Assert.Equal([0UL, 1], await ReceiveNumbersAsync(peer, 2));
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task Piece_whose_link_is_gone_is_not_read()
    {
        var (gone, peerThatGoes) = await _stage.LinkAsync();
        var (link, peer) = await _stage.LinkAsync();
        await using var sender = NewSender();
        using var hold = new DiskHold(_stage.Store.Memory, DiskOperation.Read);
        sender.Post(Piece(link, 0));
        await hold.WhenBegunAsync();
        sender.Post(Piece(gone, 1));
        sender.Post(Piece(link, 2));
        var pump = _stage.Links.Find(gone)!;
        _stage.Links.Remove(gone);
        hold.Release();
        Assert.Equal([0UL, 2], await ReceiveNumbersAsync(peer, 2));
        Assert.Equal(2, hold.Begun);
        await pump.DisposeAsync();
        await peerThatGoes.DisposeAsync();
        await peer.DisposeAsync();
    }

    [Fact]
    public async Task Pieces_that_wait_at_the_end_are_dropped()
    {
        var (link, peer) = await _stage.LinkAsync();
        var sender = NewSender();
        using var hold = new DiskHold(_stage.Store.Memory, DiskOperation.Read);
        sender.Post(Piece(link, 0));
        await hold.WhenBegunAsync();
        sender.Post(Piece(link, 1));
        var ending = sender.DisposeAsync().AsTask();
        hold.Release();
        await ending.WaitAsync(Patience.Limit);
        Assert.Equal(1, hold.Begun);
        await peer.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stage.DisposeAsync();
        _holder.Dispose();
        _requester.Dispose();
        _holderKey.Dispose();
        _requesterKey.Dispose();
    }

    private PieceSender NewSender(int readsMax = 100) => new(
        _stage.Store.Store, _holder, _stage.Links, _stage.Inbox, new StorageLimits { ReadsMax = readsMax },
        _stage.Life);

    private Effect.SendPiece Piece(LinkId link, int piece, TransferId? transfer = null) => new(
        link,
        new FileTransfer(
            LinkFixture.Envelope, transfer ?? Transfer, 0, piece * PieceBytes, (ulong)piece,
            PieceBytes + FileTransfer.SealBytes),
        _manifest.Id);

    private async Task AssertNotReadAsync(TransferId transfer, LinkId link, RefusalReason reason) => Assert.Equal(
        new StorageResult.PieceNotRead(transfer, link, PieceBytes + FileTransfer.SealBytes, reason),
        await _stage.ResultAsync<StorageResult.PieceNotRead>());

    private static async Task<List<ulong>> ReceiveNumbersAsync(SecureLink peer, int count)
    {
        var numbers = new List<ulong>();
        while (numbers.Count < count)
        {
            var received = await LinkFixture.Receive(peer);
            received.Body!.Dispose();
            numbers.Add(Assert.IsType<FileTransfer>(received.Message).SealNumber);
        }
        return numbers;
    }
}
