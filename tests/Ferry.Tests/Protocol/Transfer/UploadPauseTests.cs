using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

/// <summary>A holder that pauses what it gives, and a requester that pauses what it gets.</summary>
public sealed class UploadPauseTests
{
    private static readonly NodeId One = Some.Node(2);
    private static readonly NodeId Two = Some.Node(4);
    private static readonly Manifest File = HolderStage.File;
    private readonly HolderStage _stage = new();
    private Outbox Outbox => _stage.Outbox;
    private Uploads Uploads => _stage.Uploads;

    [Fact]
    public void Paused_upload_is_told_logged_and_sends_nothing()
    {
        Serve(1, One);
        Serve(2, Two);
        Outbox.Empty();
        Pause(One);

        var word = Assert.Single(Outbox.Routed<Refusal>());
        Assert.Equal((One, Some.Transfer(1), RefusalReason.Paused),
            (word.Envelope.Destination, word.Transfer, word.Reason));
        Assert.False(word.Proof.IsEmpty);
        Assert.Equal(new StorageRequest.PauseUpload(Some.Transfer(1), true),
            Assert.Single(Outbox.Stores<StorageRequest.PauseUpload>()));
        Assert.Empty(Outbox.Stores<StorageRequest.CloseUpload>());
        Assert.All(_stage.SendAll(), piece => Assert.Equal(Some.Transfer(2), piece.Transfer));
        var status = Uploads.Status(Some.At(2))[0];
        Assert.Equal((TransferState.Paused, null), (status.State, status.GivenUpIn));
        Assert.Contains("paused by this node's user", status.Pause!.Text, StringComparison.Ordinal);
    }

    /// <summary>However long it lasts, whatever comes up: a pause costs no messages.</summary>
    [Fact]
    public void Paused_upload_asks_nobody_and_is_not_given_up()
    {
        Serve(1, One);
        Pause(One);
        Outbox.Empty();
        Uploads.OnRouteFound(Some.At(5), One, Outbox);
        Uploads.OnLinkUp(Some.At(6), Outbox);
        Uploads.OnPathLost(Some.At(7), HolderStage.Neighbour, Outbox);
        Assert.Equal(Instant.Never, _stage.Deadlines.Next);
        Assert.Empty(Outbox.Routed<TransferResume>());
        Assert.Single(Uploads.Status(Some.At(30 * 86_400)));
    }

    [Fact]
    public void Requester_who_asks_again_hears_that_it_is_paused_and_nothing_is_logged()
    {
        Serve(1, One);
        Pause(One);
        Outbox.Empty();
        _stage.Hear(Request(5, One), at: 3);
        var word = Assert.Single(Outbox.Routed<Refusal>());
        Assert.Equal((Some.Transfer(5), RefusalReason.Paused), (word.Transfer, word.Reason));
        Assert.Empty(Outbox.Routed<TransferAccept>());
        Assert.Empty(Outbox.Stores<StorageRequest.OpenUpload>());
    }

    [Fact]
    public void Upload_that_goes_on_asks_its_requester_who_opens_a_new_session()
    {
        Serve(1, One);
        Pause(One);
        Outbox.Empty();
        Resume(One, at: 90);
        Assert.False(Assert.Single(Outbox.Stores<StorageRequest.PauseUpload>()).IsPaused);
        Assert.Equal(One, Assert.Single(Outbox.Routed<TransferResume>()).Envelope.Destination);
        Assert.NotNull(Assert.Single(Uploads.Status(Some.At(90))).GivenUpIn);
        Serve(6, One);
        Assert.NotEmpty(_stage.SendAll());
        Assert.Equal(Some.Transfer(6), Assert.Single(Uploads.Status(Some.At(91))).Transfer);
    }

    /// <summary>It is stopped once it is in the log, where the pause follows its entry.</summary>
    [Fact]
    public void Upload_that_is_paused_while_it_is_logged_sends_nothing()
    {
        _stage.Hear(Request(1, One));
        _stage.HearProven(Request(1, One));
        Pause(One);
        Assert.Equal(Some.Transfer(1), Assert.Single(Outbox.Stores<StorageRequest.PauseUpload>()).Transfer);
        Outbox.Empty();
        _stage.Opened(1, File);
        Assert.Equal(RefusalReason.Paused, Assert.Single(Outbox.Routed<Refusal>()).Reason);
        Assert.Empty(_stage.SendAll());
        Assert.Equal(TransferState.Paused, Assert.Single(Uploads.Status(Some.At(2))).State);
    }

    [Fact]
    public void Upload_that_the_log_calls_paused_stays_so()
    {
        var entry = new RecoveredUpload(
            Some.Transfer(1), File.Id, "song.flac", File.Layout, One, 0, TimeSpan.FromDays(100))
        { IsPaused = true };
        Uploads.Start(Some.At(0), [entry], Outbox);
        Assert.Empty(Outbox.Routed<TransferResume>());
        Assert.Equal(Instant.Never, _stage.Deadlines.Next);
        Resume(One, at: 1);
        Assert.Single(Outbox.Routed<TransferResume>());
    }

    [Fact]
    public void Holder_stops_at_once_when_its_requester_pauses_and_says_so()
    {
        Serve(1, One);
        Outbox.Empty();
        HearPaused(proof: 3);
        Assert.Empty(_stage.SendAll());
        Assert.Empty(Outbox.Stores<StorageRequest.CloseUpload>());
        Assert.Empty(Outbox.Routed<TransferResume>());
        var status = Assert.Single(Uploads.Status(Some.At(2)));
        Assert.Equal(TransferState.Paused, status.State);
        Assert.Equal("the requester has paused it", status.Pause!.Text);
    }

    [Fact]
    public void Pause_that_the_requester_has_not_signed_makes_the_holder_ask()
    {
        Serve(1, One);
        Outbox.Empty();
        HearPaused(proof: 9);
        Assert.Single(Outbox.Routed<TransferResume>());
        Assert.NotEmpty(_stage.SendAll());
    }

    private void HearPaused(byte proof) => Uploads.OnRefusal(
        Some.At(1),
        new Refusal(Some.From(One, HolderStage.Self), Some.Transfer(1), RefusalReason.Paused, new[] { proof }), Outbox);

    private void Pause(NodeId requester) =>
        Uploads.OnPause(Some.At(1), new Input.Pause(File.Id, requester, true), requester, Outbox);

    private void Resume(NodeId requester, double at) =>
        Uploads.OnPause(Some.At(at), new Input.Pause(File.Id, requester, false), requester, Outbox);

    private void Serve(int transfer, NodeId requester)
    {
        _stage.Hear(Request(transfer, requester));
        _stage.HearProven(Request(transfer, requester));
        _stage.Opened(transfer, File);
    }

    private static TransferRequest Request(int transfer, NodeId requester) => new(
        Some.From(requester, HolderStage.Self), Some.Transfer(transfer), File.Id, [new ChunkRange(0, 2)], 1 << 20,
        30_000, Again: false, new byte[] { 1 });
}
