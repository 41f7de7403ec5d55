using System.Security.Cryptography;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Seals;
using Ferry.Transports;
using Ferry.Transports.Secure;
using Xunit;

namespace Ferry.Tests.Runtime.Seals;

public sealed class SealKeyRingTests : IDisposable
{
    private static readonly ContentId Content = new(new Bytes32(1, 2, 3, 4));
    private static readonly TransferId Transfer = new(7);

    private readonly Identity _requesterKey = Identity.Create();
    private readonly Identity _holderKey = Identity.Create();
    private readonly SealKeyRing _requester;
    private readonly SealKeyRing _holder;

    public SealKeyRingTests()
    {
        _requester = new SealKeyRing(_requesterKey);
        _holder = new SealKeyRing(_holderKey);
    }

    [Fact]
    public void Last_word_is_proven_for_its_session_content_and_addressee_alone()
    {
        var proof = _requester.Sign(Transfer, Content, _holderKey.Id, word: 6);
        Assert.True(_holder.IsSigned(Transfer, Content, _requesterKey.Id, 6, proof));
        Assert.False(_holder.IsSigned(Transfer, Content, _requesterKey.Id, 0, proof));
        Assert.False(_holder.IsSigned(new TransferId(8), Content, _requesterKey.Id, 6, proof));
        Assert.False(_holder.IsSigned(Transfer, default, _requesterKey.Id, 6, proof));
        Assert.False(_holder.IsSigned(Transfer, Content, _holderKey.Id, 6, proof));
        Assert.False(_requester.IsSigned(Transfer, Content, _requesterKey.Id, 6, proof));
        Assert.False(_holder.IsSigned(Transfer, Content, _requesterKey.Id, 6, proof.AsSpan(1)));
        Assert.False(_holder.IsSigned(Transfer, Content, _requesterKey.Id, 6, []));
        for (var bit = 0; bit < proof.Length * 8; bit += 5)
        {
            proof[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(_holder.IsSigned(Transfer, Content, _requesterKey.Id, 6, proof));
            proof[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void What_the_holder_seals_the_requester_opens()
    {
        Agree(Transfer);
        var piece = RandomNumberGenerator.GetBytes(5000);
        var head = Head(Transfer, piece.Length);
        using var body = Sealed(head, piece);

        var opened = new byte[piece.Length];
        Assert.True(_requester.TryOpen(head, body, opened));
        Assert.Equal(piece, opened);
        Assert.NotEqual(piece, body.Span[..piece.Length].ToArray());
    }

    [Fact]
    public void Offers_and_answers_fit_into_a_message()
    {
        var offer = _requester.Offer(Transfer, Content, _holderKey.Id);
        var answer = _holder.Answer(Transfer, Content, _requesterKey.Id, offer)!;
        Assert.InRange(offer.Length, 1, WireLimits.KeyBytesMax);
        Assert.InRange(answer.Length, 1, WireLimits.KeyBytesMax);
    }

    [Fact]
    public void A_changed_piece_or_header_does_not_open()
    {
        Agree(Transfer);
        var head = Head(Transfer, 100);
        using var body = Sealed(head, new byte[100]);
        var opened = new byte[100];

        Assert.False(_requester.TryOpen(head with { Chunk = head.Chunk + 1 }, body, opened));
        Assert.False(_requester.TryOpen(head with { Offset = head.Offset + 1 }, body, opened));
        Assert.False(_requester.TryOpen(head with { SealNumber = head.SealNumber + 1 }, body, opened));
        body.Span[50] ^= 1;
        Assert.False(_requester.TryOpen(head, body, opened));
    }

    [Fact]
    public void A_piece_does_not_open_as_one_of_another_transfer()
    {
        var other = new TransferId(8);
        Agree(Transfer);
        Agree(other);
        var head = Head(Transfer, 100);
        using var body = Sealed(head, new byte[100]);

        Assert.False(_requester.TryOpen(head with { Transfer = other }, body, new byte[100]));
    }

    [Fact]
    public void A_body_of_another_length_than_its_header_says_does_not_open()
    {
        Agree(Transfer);
        var head = Head(Transfer, 100);
        using var body = PooledBody.Rent(50);

        Assert.False(_requester.TryOpen(head, body, new byte[100]));
        Assert.False(_requester.TryOpen(head with { BodyBytes = 3 }, body, []));
    }

    [Fact]
    public void No_byte_of_an_offer_can_be_changed()
    {
        var offer = _requester.Offer(Transfer, Content, _holderKey.Id);
        for (var i = 0; i < offer.Length; i++)
        {
            var changed = offer.ToArray();
            changed[i] ^= 1;
            Assert.Null(_holder.Answer(Transfer, Content, _requesterKey.Id, changed));
        }
        Assert.NotNull(_holder.Answer(Transfer, Content, _requesterKey.Id, offer));
    }

    [Fact]
    public void No_byte_of_an_answer_can_be_changed()
    {
        var answer = _holder.Answer(
            Transfer, Content, _requesterKey.Id, _requester.Offer(Transfer, Content, _holderKey.Id))!;
        for (var i = 0; i < answer.Length; i++)
        {
            var changed = answer.ToArray();
            changed[i] ^= 1;
            Assert.False(_requester.Complete(Transfer, _holderKey.Id, changed));
        }
        Assert.True(_requester.Complete(Transfer, _holderKey.Id, answer));
    }

    [Fact]
    public void An_offer_of_any_length_but_its_own_is_refused()
    {
        var offer = _requester.Offer(Transfer, Content, _holderKey.Id);
        Assert.Null(_holder.Answer(Transfer, Content, _requesterKey.Id, []));
        Assert.Null(_holder.Answer(Transfer, Content, _requesterKey.Id, offer.AsSpan(0, offer.Length - 1)));
        Assert.Null(_holder.Answer(Transfer, Content, _requesterKey.Id, [.. offer, 0]));
    }

    [Fact]
    public void An_offer_replayed_to_another_transfer_content_holder_or_requester_is_refused()
    {
        using var strangerKey = Identity.Create();
        using var stranger = new SealKeyRing(strangerKey);
        var offer = _requester.Offer(Transfer, Content, _holderKey.Id);

        Assert.Null(_holder.Answer(new TransferId(8), Content, _requesterKey.Id, offer));
        Assert.Null(_holder.Answer(Transfer, default, _requesterKey.Id, offer));
        Assert.Null(stranger.Answer(Transfer, Content, _requesterKey.Id, offer));
        Assert.Null(_holder.Answer(Transfer, Content, strangerKey.Id, offer));
    }

    [Fact]
    public void An_offer_is_not_an_answer()
    {
        var own = _requester.Offer(Transfer, Content, _holderKey.Id);
        var theirs = _holder.Offer(Transfer, Content, _requesterKey.Id);

        Assert.False(_requester.Complete(Transfer, _holderKey.Id, theirs));
        Assert.False(_requester.Complete(Transfer, _holderKey.Id, own));
    }

    [Fact]
    public void An_answer_to_another_offer_is_refused()
    {
        var old = _holder.Answer(
            Transfer, Content, _requesterKey.Id, _requester.Offer(Transfer, Content, _holderKey.Id))!;
        _requester.Forget(Transfer);
        _requester.Offer(Transfer, Content, _holderKey.Id);

        Assert.False(_requester.Complete(Transfer, _holderKey.Id, old));
    }

    [Fact]
    public void The_same_offer_again_gets_the_same_answer()
    {
        var offer = _requester.Offer(Transfer, Content, _holderKey.Id);
        var answer = _holder.Answer(Transfer, Content, _requesterKey.Id, offer)!;

        Assert.Equal(answer, _holder.Answer(Transfer, Content, _requesterKey.Id, offer));
        Assert.True(_requester.Complete(Transfer, _holderKey.Id, answer));
        Assert.True(_requester.Complete(Transfer, _holderKey.Id, answer));
    }

    [Fact]
    public void A_peer_that_reuses_the_id_of_our_own_download_does_not_touch_its_key()
    {
        Agree(Transfer);
        var head = Head(Transfer, 100);
        using var body = Sealed(head, new byte[100]);

        var offer = _holder.Offer(Transfer, Content, _requesterKey.Id);
        Assert.NotNull(_requester.Answer(Transfer, Content, _holderKey.Id, offer));

        Assert.True(_requester.TryOpen(head, body, new byte[100]));
    }

    [Fact]
    public void A_forgotten_transfer_neither_seals_nor_opens()
    {
        Agree(Transfer);
        var head = Head(Transfer, 100);
        using var body = Sealed(head, new byte[100]);

        _requester.Forget(Transfer);
        _holder.Forget(Transfer);

        Assert.False(_requester.TryOpen(head, body, new byte[100]));
        Assert.False(_holder.TrySeal(head, body.Span));
    }

    [Fact]
    public void Many_workers_open_pieces_of_one_transfer_at_once()
    {
        Agree(Transfer);
        Parallel.For(0, 1000, number =>
        {
            var piece = new byte[1000];
            Array.Fill(piece, (byte)number);
            var head = Head(Transfer, piece.Length) with { SealNumber = (ulong)number };
            using var body = Sealed(head, piece);
            var opened = new byte[piece.Length];
            Assert.True(_requester.TryOpen(head, body, opened));
            Assert.Equal(piece, opened);
        });
    }

    public void Dispose()
    {
        _requester.Dispose();
        _holder.Dispose();
        _requesterKey.Dispose();
        _holderKey.Dispose();
    }

    private void Agree(TransferId transfer)
    {
        var offer = _requester.Offer(transfer, Content, _holderKey.Id);
        var answer = _holder.Answer(transfer, Content, _requesterKey.Id, offer);
        Assert.True(_requester.Complete(transfer, _holderKey.Id, answer));
    }

    private PooledBody Sealed(FileTransfer head, byte[] piece)
    {
        var body = PooledBody.Rent(head.BodyBytes);
        piece.CopyTo(body.Span);
        Assert.True(_holder.TrySeal(head, body.Span));
        return body;
    }

    private static FileTransfer Head(TransferId transfer, int pieceBytes) =>
        new(default, transfer, Chunk: 3, Offset: 4096, SealNumber: 42, pieceBytes + FileTransfer.SealBytes);
}
