using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Seals;
using Ferry.Transports.Secure;
using Xunit;

namespace Ferry.Tests.Runtime.Seals;

/// <summary>What two ends say to each other in a session, over the real keys.</summary>
public sealed class SessionWordTests : IDisposable
{
    private static readonly ContentId Content = new(new Bytes32(1, 2, 3, 4));
    private static readonly TransferId Transfer = new(7);

    private readonly Identity _requesterKey = Identity.Create();
    private readonly Identity _holderKey = Identity.Create();
    private readonly SealKeyRing _requesterRing;
    private readonly SealKeyRing _holderRing;
    private readonly SessionChannel _requester;
    private readonly SessionChannel _holder;

    public SessionWordTests()
    {
        (_requesterRing, _holderRing) = (new SealKeyRing(_requesterKey), new SealKeyRing(_holderKey));
        Agree(Transfer);
        _requester = new SessionChannel(_requesterRing, Transfer, SessionEnd.Requester);
        _holder = new SessionChannel(_holderRing, Transfer, SessionEnd.Holder);
    }

    [Fact]
    public void Word_is_taken_once_and_the_envelope_is_the_relays()
    {
        var ack = _requester.Prove(Ack);
        Assert.True(_holder.Takes(ack with { Envelope = ack.Envelope with { Hops = 9, HopLimit = 3 } }));
        Assert.False(_holder.Takes(ack));
    }

    [Fact]
    public void Words_that_overtake_each_other_are_all_taken()
    {
        var words = Enumerable.Range(0, 50).Select(_ => _requester.Prove(Ack)).Reverse().ToList();
        Assert.All(words, word => Assert.True(_holder.Takes(word)));
        Assert.All(words, word => Assert.False(_holder.Takes(word)));
    }

    [Fact]
    public void No_field_and_no_bit_of_the_proof_can_be_changed()
    {
        var request = _requester.Prove(Request);
        Assert.False(_holder.Takes(request with { WindowBytes = 0 }));
        Assert.False(_holder.Takes(request with { Again = !request.Again }));
        Assert.False(_holder.Takes(request with { PieceBytes = 16_384 }));
        Assert.False(_holder.Takes(request with { Wanted = [] }));
        Assert.False(_holder.Takes(request with { Content = default }));
        Assert.False(_holder.Takes(request with { KeyOffer = new byte[] { 1 } }));
        Assert.False(_holder.Takes(request with { Proof = default }));
        Assert.False(_holder.Takes(request with { Proof = request.Proof[..^1] }));
        for (var bit = 0; bit < request.Proof.Length * 8; bit++)
        {
            var proof = request.Proof.ToArray();
            proof[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(_holder.Takes(request with { Proof = proof }));
        }
        Assert.True(_holder.Takes(request));
    }

    /// <summary>Both say Refusal: one's own word must not come back as the other's.</summary>
    [Fact]
    public void Word_does_not_come_back_as_the_other_ends()
    {
        var refusal = new Refusal(Some.From(_holderKey.Id, _requesterKey.Id), Transfer, RefusalReason.Busy, default);
        Assert.False(_holder.Takes(_holder.Prove(refusal)));
        Assert.True(_requester.Takes(_holder.Prove(refusal)));
    }

    [Fact]
    public void Proof_of_one_kind_of_message_or_session_is_none_of_another()
    {
        var other = new TransferId(8);
        Agree(other);
        var ack = _requester.Prove(Ack);
        Assert.False(new SessionChannel(_holderRing, other, SessionEnd.Holder).Takes(ack));
        Assert.False(_holder.Takes(Request with { Proof = ack.Proof }));
    }

    [Fact]
    public void Session_without_keys_proves_and_takes_nothing()
    {
        var ack = _requester.Prove(Ack);
        _holderRing.Forget(Transfer);
        _requesterRing.Forget(Transfer);
        Assert.False(_holder.Takes(ack));
        Assert.False(_holder.Takes(_requester.Prove(Ack)));
    }

    [Fact]
    public void Request_with_all_its_ranges_fits()
    {
        var ranges = Enumerable.Range(0, WireLimits.RangesMax).Select(at => new ChunkRange(2 * at, 1));
        Assert.True(_holder.Takes(_requester.Prove(Request with { Wanted = [.. ranges] })));
    }

    public void Dispose()
    {
        _requesterRing.Dispose();
        _holderRing.Dispose();
        _requesterKey.Dispose();
        _holderKey.Dispose();
    }

    private Ack Ack => new(Some.From(_requesterKey.Id, _holderKey.Id), Transfer, 3, [new(5, 1)], 1 << 20, 9);

    private TransferRequest Request => new(
        Some.From(_requesterKey.Id, _holderKey.Id), Transfer, Content, [new(0, 4)], 1 << 20, 8192, Again: true,
        default);

    private void Agree(TransferId transfer)
    {
        var offer = _requesterRing.Offer(transfer, Content, _holderKey.Id);
        var answer = _holderRing.Answer(transfer, Content, _requesterKey.Id, offer);
        Assert.True(_requesterRing.Complete(transfer, _holderKey.Id, answer));
    }
}
