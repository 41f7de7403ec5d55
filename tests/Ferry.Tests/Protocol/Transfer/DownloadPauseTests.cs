using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

/// <summary>A download that its user, or its holder's, has paused.</summary>
public sealed class DownloadPauseTests
{
    private static readonly NodeId Holder = DownloadStage.Holder;
    private static readonly NodeId Other = DownloadStage.Other;
    private readonly DownloadStage _stage = new();
    private Outbox Outbox => _stage.Outbox;

    [Fact]
    public void Paused_download_tells_its_holders_the_log_and_its_user()
    {
        _stage.Start(Holder, Other);
        _stage.GiveManifest(Holder);
        _stage.Open();
        _stage.Accept(Holder);
        _stage.Accept(Other);
        var sessions = new[] { _stage.Session(Holder), _stage.Session(Other) };
        Outbox.Empty();
        Pause(at: 1);

        Assert.Equal(sessions.Order(), Outbox.Routed<Refusal>().Select(word => word.Transfer).Order());
        Assert.All(Outbox.Routed<Refusal>(), word => Assert.Equal(RefusalReason.Paused, word.Reason));
        Assert.Equal(
            sessions.Order(), Outbox.Stores<StorageRequest.DropPieces>().Select(drop => drop.Transfer).Order());
        Assert.True(Assert.Single(Outbox.Stores<StorageRequest.PauseDownload>()).IsPaused);
        var status = Assert.Single(_stage.Downloads.Status(Some.At(2)));
        Assert.Equal((TransferState.Paused, null), (status.State, status.GivenUpIn));
        Assert.Contains("paused by its user", status.Pause!.Text, StringComparison.Ordinal);
    }

    /// <summary>However long it lasts, whatever comes up: a pause costs no messages.</summary>
    [Fact]
    public void Paused_download_asks_nobody_and_is_not_given_up()
    {
        var session = RunOne();
        Pause(at: 1);
        Outbox.Empty();
        _stage.Downloads.OnHolder(Some.At(2), Some.Hit(Other, DownloadStage.File), Outbox);
        _stage.Downloads.OnRouteFound(Some.At(3), Holder, Outbox);
        _stage.Downloads.OnLinkUp(Some.At(4));
        Assert.Empty(_stage.Run(Some.At(30 * 86_400)));
        Assert.Equal(Instant.Never, _stage.NextDeadline);
        Assert.Empty(Outbox.Routed<RoutedMessage>());
        Assert.Equal(TransferState.Paused, _stage.State);

        // A holder that has not heard it, and asks, is told.
        _stage.Resume(Holder, session);
        Assert.Equal(RefusalReason.Paused, Assert.Single(Outbox.Routed<Refusal>()).Reason);
        _stage.Resume(Other, session);
        Assert.Single(Outbox.Routed<Refusal>());
    }

    [Fact]
    public void Download_goes_on_where_it_was()
    {
        RunOne();
        _stage.Durable(0, 1);
        Pause(at: 1);
        Outbox.Empty();
        Resume(at: 500);
        Assert.False(Assert.Single(Outbox.Stores<StorageRequest.PauseDownload>()).IsPaused);
        _stage.Accept(Holder);
        var wanted = Outbox.Routed<TransferRequest>().SelectMany(request => request.Wanted).ToList();
        Assert.Equal(DownloadStage.Chunks - 2, wanted.Sum(range => range.Count));
        Assert.DoesNotContain(wanted, range => range.Contains(0) || range.Contains(1));
        Assert.Equal(TransferState.Running, _stage.State);
    }

    [Fact]
    public void Second_pause_says_nothing_new_and_neither_does_one_of_what_goes_on()
    {
        RunOne();
        Resume(at: 1);
        Assert.Empty(Outbox.Stores<StorageRequest.PauseDownload>());
        Pause(at: 2);
        Outbox.Empty();
        Pause(at: 3);
        Assert.Empty(Outbox.Effects);
        Assert.Empty(Outbox.Routed<Refusal>());
    }

    /// <summary>What was with the disk already becomes durable, and may be the rest.</summary>
    [Fact]
    public void Download_whose_last_chunks_had_come_finishes()
    {
        RunOne();
        Pause(at: 1);
        Outbox.Empty();
        _stage.Durable([.. Enumerable.Range(0, DownloadStage.Chunks)]);
        Assert.Single(Outbox.Stores<StorageRequest.FinishDownload>());
        Assert.Equal(TransferState.Finishing, _stage.State);
    }

    [Fact]
    public void Download_that_is_paused_before_its_manifest_has_come_asks_when_it_goes_on()
    {
        _stage.Start(Holder);
        Pause(at: 0);
        Outbox.Empty();
        _stage.GiveManifest(Holder);
        Assert.Empty(Outbox.Stores<StorageRequest.OpenDownload>());
        Resume(at: 1);
        Assert.Single(Outbox.Routed<ManifestRequest>());
        _stage.GiveManifest(Holder);
        Assert.Single(Outbox.Stores<StorageRequest.OpenDownload>());
    }

    [Fact]
    public void Download_that_is_paused_while_it_is_opened_is_logged_as_such_and_opens_no_session()
    {
        _stage.Start(Holder);
        _stage.GiveManifest(Holder);
        Pause(at: 0);
        Assert.Empty(Outbox.Stores<StorageRequest.PauseDownload>());
        _stage.Open();
        Assert.True(Assert.Single(Outbox.Stores<StorageRequest.PauseDownload>()).IsPaused);
        Assert.Empty(Outbox.Routed<TransferRequest>());
        Assert.Equal(TransferState.Paused, _stage.State);
    }

    [Fact]
    public void Download_that_the_log_calls_paused_stays_so()
    {
        var durable = ChunkMap.Full(DownloadStage.Chunks);
        durable.Remove(3);
        _stage.Downloads.Recover(Some.At(0), [DownloadStage.InLog(durable) with { IsPaused = true }], Outbox);
        Assert.Empty(_stage.Run(Some.At(86_400)));
        Assert.Equal(TransferState.Paused, _stage.State);
        Resume(at: 86_401);
        Assert.Equal([DownloadStage.File.Id], _stage.Run(Some.At(86_402)));
    }

    /// <summary>Both the disk and its user hold it up: it goes on when neither does.</summary>
    [Fact]
    public void Room_on_the_disk_does_not_end_a_pause()
    {
        RunOne();
        Pause(at: 1);
        _stage.Stalled(now: Some.At(2));
        Outbox.Empty();
        _stage.Open();
        Assert.Equal(TransferState.Paused, _stage.State);
        Assert.Empty(Outbox.Routed<TransferRequest>());
        Resume(at: 3);
        Assert.NotEmpty(Outbox.Routed<TransferRequest>());
    }

    [Fact]
    public void Holder_that_has_paused_is_told_of_and_tried_again_rarely()
    {
        var session = RunOne();
        _stage.Durable(0);
        Outbox.Empty();
        _stage.Refused(Holder, session, RefusalReason.Paused);
        _stage.Run(Some.At(20));
        Assert.Empty(Outbox.Routed<TransferRequest>());
        var pause = Assert.Single(_stage.Downloads.Status(Some.At(20))).Pause;
        Assert.Equal("its holder has paused the transfer", pause!.Text);
        _stage.Run(Some.At(90));
        Assert.Single(Outbox.Routed<TransferRequest>());
    }

    /// <summary>It says so itself when its user lets it go on.</summary>
    [Fact]
    public void Holder_that_goes_on_is_asked_at_once()
    {
        var session = RunOne();
        _stage.Refused(Holder, session, RefusalReason.Paused);
        Outbox.Empty();
        _stage.Resume(Holder, session);
        Assert.Single(Outbox.Routed<TransferRequest>());
    }

    private TransferId RunOne()
    {
        _stage.Start(Holder);
        _stage.GiveManifest(Holder);
        _stage.Open();
        _stage.Accept(Holder);
        var session = _stage.Session(Holder);
        Outbox.Empty();
        return session;
    }

    private void Pause(double at) =>
        _stage.Downloads.OnPause(Some.At(at), new Input.Pause(DownloadStage.File.Id, null, true), Outbox);

    private void Resume(double at) =>
        _stage.Downloads.OnPause(Some.At(at), new Input.Pause(DownloadStage.File.Id, null, false), Outbox);
}
