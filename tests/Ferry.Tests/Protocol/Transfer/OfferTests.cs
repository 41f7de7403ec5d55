using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

/// <summary>Offers between two nodes, with their logs; either node may be started again at any moment.</summary>
public sealed class OfferTests : IDisposable
{
    private readonly OfferStage _stage = new();

    public void Dispose() => _stage.Dispose();

    [Fact]
    public void Offer_is_seen_once_arrives_once_and_its_receipt_comes_back()
    {
        _stage.Offer();
        _stage.Run(until: 100);
        Assert.Equal([OfferState.Arrived], _stage.Sender.States);
        Assert.Equal([OfferState.Arrived], _stage.Receiver.States);
        Assert.Equal(
            [OfferState.Waiting, OfferState.Accepted, OfferState.Arrived], _stage.Receiver.Told);
        Assert.Equal(
            [OfferState.Made, OfferState.Waiting, OfferState.Accepted, OfferState.Arrived], _stage.Sender.Told);
        Assert.Equal(["/downloads/song.flac"], _stage.Receiver.Files);
    }

    /// <summary>Each moment between two steps of either node is one at which the one or the other dies.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Crash_at_any_step_loses_nothing_and_brings_nothing_twice(bool ofSender)
    {
        var steps = 0;
        for (var crash = 1; crash <= Math.Max(steps, 1); crash++)
        {
            using var stage = new OfferStage { CrashAt = crash, Crashes = ofSender };
            stage.Offer();
            stage.Run(until: 2000);
            steps = stage.Steps;
            Assert.Equal([OfferState.Arrived], stage.Sender.States);
            Assert.Equal([OfferState.Arrived], stage.Receiver.States);
            Assert.Equal(["/downloads/song.flac"], stage.Receiver.Files);
            Assert.Single(stage.Sender.Told, OfferState.Arrived);
        }
        Assert.True(steps > 10);
    }

    [Fact]
    public void Refusal_is_told_to_the_sender_again_when_the_word_was_lost()
    {
        _stage.Accepts = false;
        _stage.Loses = message => message is OfferAnswer { State: OfferState.Refused } && _stage.Now < 50;
        _stage.Offer();
        _stage.Run(until: 40);
        Assert.Equal([OfferState.Waiting], _stage.Sender.States);
        _stage.Run(until: 2000);
        Assert.Equal([OfferState.Refused], _stage.Sender.States);
        Assert.Empty(_stage.Receiver.Files);
    }

    [Fact]
    public void Offer_that_is_taken_back_waits_no_longer()
    {
        _stage.Accepts = null;
        _stage.Offer();
        _stage.Run(until: 5);
        Assert.Equal([OfferState.Waiting], _stage.Receiver.States);
        _stage.Sender.Room.OnUser(
            new Input.WithdrawOffer(_stage.Sender.Room.All[0].Key), _stage.Sender.Outbox);
        _stage.Run(until: 10);
        Assert.Equal([OfferState.Withdrawn], _stage.Receiver.States);
        Assert.Equal([OfferState.Withdrawn], _stage.Sender.States);
    }

    /// <summary>Members may write in each other's name; what is not signed by the sender is not its word.</summary>
    [Fact]
    public void What_is_not_signed_changes_nothing()
    {
        var offer = OfferStage.Said(1) with { Proof = new byte[] { 9 } };
        _stage.Receiver.Room.OnOffer(Some.At(0), offer, isStranger: false, _stage.Receiver.Outbox);
        Assert.Empty(_stage.Receiver.Room.All);
        _stage.Accepts = null;
        _stage.Offer();
        _stage.Run(until: 5);
        var entry = _stage.Sender.Room.All[0];
        var lie = new OfferAnswer(
            Some.From(OfferStage.ReceiverId, OfferStage.SenderId), entry.Key.Offer, entry.Content,
            OfferState.Arrived, 1, new byte[] { 9 });
        _stage.Sender.Room.OnAnswer(Some.At(5), lie, _stage.Sender.Outbox);
        Assert.Equal([OfferState.Waiting], _stage.Sender.States);
    }

    [Fact]
    public void Few_offers_wait_of_one_node_and_few_of_strangers_and_members_have_room_beside_them()
    {
        var room = _stage.Receiver.Room;
        for (var offer = 1; offer <= 3 * HeardOffers.OfNodeMax; offer++)
            room.OnOffer(Some.At(0), OfferStage.Said(offer), isStranger: false, _stage.Receiver.Outbox);
        Assert.Equal(HeardOffers.OfNodeMax, room.All.Count);
        for (var stranger = 0; stranger < 3 * HeardOffers.OfStrangersMax; stranger++)
        {
            var said = OfferStage.Said(1) with { Envelope = Some.From(Some.Node(100 + stranger), default) };
            room.OnOffer(Some.At(0), said, isStranger: true, _stage.Receiver.Outbox);
        }
        Assert.Equal(HeardOffers.OfNodeMax + HeardOffers.OfStrangersMax, room.All.Count);
        var known = OfferStage.Said(1) with { Envelope = Some.From(Some.Node(99), default) };
        room.OnOffer(Some.At(0), known, isStranger: false, _stage.Receiver.Outbox);
        Assert.Equal(HeardOffers.OfNodeMax + HeardOffers.OfStrangersMax + 1, room.All.Count);
    }

    /// <summary>What is refused leaves room, and a node that goes on offering is heard at a pace.</summary>
    [Fact]
    public void Strangers_that_are_refused_do_not_fill_the_screen()
    {
        _stage.Accepts = false;
        for (var offer = 1; offer <= 1000; offer++)
        {
            _stage.Receiver.Room.OnOffer(
                Some.At(0), OfferStage.Said(offer), isStranger: true, _stage.Receiver.Outbox);
            _stage.Run(until: 0);
        }
        Assert.InRange(_stage.Receiver.Told.Count(state => state == OfferState.Waiting), 1, HeardOffers.OfStrangersMax);
    }

    [Fact]
    public void Offer_that_nobody_hears_of_for_days_is_given_up()
    {
        _stage.Loses = _ => true;
        _stage.Offer();
        _stage.Run(until: 8 * 86_400);
        Assert.Equal([OfferState.Withdrawn], _stage.Sender.States);
    }
}
