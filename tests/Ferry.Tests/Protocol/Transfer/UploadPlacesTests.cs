using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

/// <summary>More want something of a holder than it has places for.</summary>
public sealed class UploadPlacesTests
{
    private const int Max = UploadPlaces.RunningMax;
    private static readonly NodeId Crowded = Some.Node(2);
    private static readonly NodeId Quiet = HolderStage.Neighbour;
    private static readonly Manifest File = HolderStage.File;

    private readonly HolderStage _stage = new() { Path = new NodePath(Crowded, 2, 1000, "tcp") };
    private Outbox Outbox => _stage.Outbox;
    private Uploads Uploads => _stage.Uploads;

    [Fact]
    public void Session_that_is_one_too_many_is_told_to_come_later()
    {
        Fill();
        Assert.Empty(Outbox.Routed<Refusal>());
        Open(1000, Crowded, at: 19);
        Assert.Equal(RefusalReason.Busy, Assert.Single(Outbox.Routed<Refusal>()).Reason);
    }

    [Fact]
    public void Session_that_has_delivered_nothing_for_long_makes_room_and_stays_in_the_log()
    {
        Fill();
        Ack(1, at: 15, cumulative: 1);
        Ack(2, at: 15, cumulative: 0); // Words alone keep no place.
        Open(1000, Crowded, at: 20);
        Assert.Equal([Some.Transfer(2)], _stage.Seals.Forgotten);
        Assert.Equal(TransferState.Resuming, StateOf(2));
        Assert.Equal(TransferState.Running, StateOf(1));
        Assert.Equal(TransferState.Running, StateOf(1000));
        Assert.Empty(Outbox.Stores<StorageRequest.CloseUpload>());
    }

    /// <summary>Node ids are free: whoever comes over another neighbour does not compete with those behind this one.
    /// </summary>
    [Fact]
    public void Neighbour_with_the_most_sessions_makes_room_for_the_others()
    {
        Fill();
        for (var transfer = 1000; transfer < 1000 + Max / 2; transfer++) Open(transfer, Quiet, at: 1);
        Assert.Empty(Outbox.Routed<Refusal>());
        Assert.All(Enumerable.Range(1000, Max / 2), transfer => Assert.Equal(TransferState.Running, StateOf(transfer)));
        Open(2000, Quiet, at: 1);
        Assert.Equal(RefusalReason.Busy, Assert.Single(Outbox.Routed<Refusal>()).Reason);
    }

    [Fact]
    public void One_requester_has_a_quarter_of_the_places()
    {
        for (var transfer = 1; transfer <= UploadPlaces.OfOneMax; transfer++)
            Open(transfer, Quiet, at: 0, requester: 7, content: transfer);
        Assert.Empty(Outbox.Routed<Refusal>());
        Open(1000, Quiet, at: 30, requester: 7);
        Assert.Equal(RefusalReason.Busy, Assert.Single(Outbox.Routed<Refusal>()).Reason);
        Open(1001, Quiet, at: 30, requester: 8);
        Open(1002, Quiet, at: 30, requester: 7, content: 1); // In place of the one that it has of that content.
        Assert.Single(Outbox.Routed<Refusal>());
    }

    /// <summary>A requester that says it has lost its session again and again holds entries, not sessions.</summary>
    [Fact]
    public void Entries_of_the_log_have_a_bound_and_the_longest_without_progress_goes()
    {
        Recover(UploadPlaces.LoggedMax);
        Open(9000, Quiet, at: 0);
        Assert.Equal(
            Some.Transfer(UploadPlaces.LoggedMax),
            Assert.Single(Outbox.Stores<StorageRequest.CloseUpload>()).Transfer);
        Assert.Equal("made room for others", Assert.Single(Outbox.Notices<Notice.UploadEnded>()).Reason);
        Assert.Equal(TransferState.Running, StateOf(9000));
    }

    [Fact]
    public void Session_that_ended_gives_its_place_back()
    {
        Fill();
        var proof = new byte[] { 3 };
        Uploads.OnReceipt(Some.At(1), new Receipt(From(1), Some.Transfer(1), proof), Outbox);
        var lost = new Refusal(From(2), Some.Transfer(2), RefusalReason.UnknownTransfer, proof);
        Uploads.OnRefusal(Some.At(1), lost, Outbox);
        Open(1000, Crowded, at: 1);
        Open(1001, Crowded, at: 1);
        Assert.Empty(Outbox.Routed<Refusal>());
        Open(1002, Crowded, at: 1);
        Assert.Single(Outbox.Routed<Refusal>());
    }

    [Fact]
    public void Routes_to_requesters_that_are_gone_are_looked_for_at_a_bounded_pace()
    {
        _stage.Path = null;
        Recover(1000);
        Uploads.OnLinkUp(Some.At(0), Outbox);
        Assert.InRange(Outbox.Routed<TransferResume>().Count, 1, 32);
        Outbox.Empty();
        _stage.Path = new NodePath(Crowded, 2, 1000, "tcp");
        Uploads.OnRouteFound(Some.At(0), Some.Node(1500), Outbox);
        Assert.Single(Outbox.Routed<TransferResume>());
    }

    private void Fill()
    {
        for (var transfer = 1; transfer <= Max; transfer++) Open(transfer, Crowded, at: 0);
        while (Uploads.NextPiece(Some.At(0)) is not null) { }
    }

    private void Recover(int count) => Uploads.Start(
        Some.At(0),
        [.. Enumerable.Range(1, count).Select(number => new RecoveredUpload(
            Some.Transfer(number), File.Id, "song.flac", File.Layout, Some.Node(1000 + number), 0,
            TimeSpan.FromSeconds(number)))],
        Outbox);

    private void Open(int transfer, NodeId via, double at, int? requester = null, int content = 0)
    {
        var file = content == 0 ? File : Some.Content(10, content);
        var request = new TransferRequest(
            From(requester ?? transfer), Some.Transfer(transfer), file.Id, [new ChunkRange(0, 1)], 1 << 20, 65_536,
            Again: false, new byte[] { 1 });
        _stage.Hear(request, at, via);
        if (Outbox.Routed<TransferAccept>() is not [.., var accept] || accept.Transfer != request.Transfer) return;
        _stage.HearProven(request, at, via);
        _stage.Opened(transfer, file, at);
    }

    private void Ack(int transfer, double at, int cumulative)
    {
        var ack = new Ack(From(transfer), Some.Transfer(transfer), cumulative, [], 1 << 20, 0);
        Uploads.OnAck(Some.At(at), _stage.Requester.Prove(ack), Outbox);
    }

    private TransferState StateOf(int transfer) =>
        Uploads.Status(Some.At(0)).Single(upload => upload.Transfer == Some.Transfer(transfer)).State;

    private static Envelope From(int requester) => Some.From(Some.Node(10_000 + requester), HolderStage.Self);
}
