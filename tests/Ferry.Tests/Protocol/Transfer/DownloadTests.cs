using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Tests.Storage.Downloads;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

/// <summary>A download from the request to the receipt, when all goes well or only the disk does not.</summary>
public sealed class DownloadTests
{
    private static readonly NodeId Holder = DownloadStage.Holder;
    private static readonly Manifest File = DownloadStage.File;
    private readonly DownloadStage _stage = new();
    private Outbox Outbox => _stage.Outbox;

    [Fact]
    public void Holder_that_told_another_size_has_nothing_opened_and_does_not_end_the_download_of_an_honest_one()
    {
        _stage.Start();
        _stage.Downloads.OnHolder(Some.At(0), Some.Hit(DownloadStage.Other, File) with { Size = 10 }, Outbox);
        _stage.GiveManifest(DownloadStage.Other);
        Assert.Empty(Outbox.Stores<StorageRequest.OpenDownload>());
        Assert.Equal(TransferState.Searching, _stage.State);
        for (var second = 0; second < 60; second++) _stage.Run(Some.At(second));
        var words = Assert.Single(Outbox.Notices<Notice.DownloadPaused>()).Reason.Text;
        Assert.Contains("offered 10 bytes", words);

        _stage.Downloads.OnHolder(Some.At(60), Some.Hit(Holder, File), Outbox);
        _stage.GiveManifest(Holder);
        Assert.Single(Outbox.Stores<StorageRequest.OpenDownload>());
    }

    [Fact]
    public void Download_goes_through_its_states_to_the_receipt()
    {
        _stage.Start();
        Assert.Equal(TransferState.Searching, _stage.State);
        Assert.Equal([File.Id], _stage.Run(Some.At(0)));

        _stage.Downloads.OnHolder(Some.At(0), Some.Hit(Holder, File), Outbox);
        Assert.Equal(TransferState.Starting, _stage.State);
        Assert.Single(Outbox.Routed<ManifestRequest>());

        _stage.GiveManifest(Holder);
        Assert.Equal("song.flac", Assert.Single(Outbox.Stores<StorageRequest.OpenDownload>()).Name);
        Assert.Empty(Outbox.Routed<TransferRequest>());

        _stage.Open();
        var session = _stage.Session(Holder);
        _stage.Accept(Holder);
        Assert.Equal(TransferState.Running, _stage.State);
        Assert.Equal([new ChunkRange(0, 6)], Outbox.Routed<TransferRequest>()[^1].Wanted);

        var body = _stage.Piece(Holder, session, 0);
        Assert.Same(body, Assert.Single(Outbox.Stores<StorageRequest.PersistPiece>()).Body);
        Assert.Empty(Outbox.Routed<Ack>());
        _stage.Durable(0, 1, 2, 3, 4);
        Assert.Empty(Outbox.Stores<StorageRequest.FinishDownload>());
        _stage.Durable(5);
        Assert.Single(Outbox.Stores<StorageRequest.FinishDownload>());
        Assert.Equal(TransferState.Finishing, _stage.State);
        Assert.Empty(Outbox.Routed<Receipt>());

        _stage.Finished();
        var receipt = Assert.Single(Outbox.Routed<Receipt>());
        Assert.Equal((Holder, session), (receipt.Envelope.Destination, receipt.Transfer));
        Assert.Equal("/downloads/song.flac", Assert.Single(Outbox.Notices<Notice.DownloadCompleted>()).Path);
        Assert.Empty(_stage.Downloads.Status(Some.At(0)));
    }

    [Fact]
    public void Chunks_that_are_there_already_are_not_asked_for()
    {
        _stage.Start(Holder);
        _stage.GiveManifest(Holder);
        _stage.Open(0, 1, 4);
        _stage.Accept(Holder);
        Assert.Equal([new(2, 2), new(5, 1)], Outbox.Routed<TransferRequest>()[^1].Wanted);
    }

    [Fact]
    public void File_that_is_there_already_completes_the_request()
    {
        _stage.Start(Holder);
        _stage.GiveManifest(Holder);
        _stage.Stored(new StorageResult.DownloadFinished(File.Id, "/music/song.flac", true));
        Assert.True(Assert.Single(Outbox.Notices<Notice.DownloadCompleted>()).AlreadyThere);
        Assert.Empty(Outbox.Routed<TransferRequest>());
    }

    [Fact]
    public void Second_request_for_a_content_joins_the_first()
    {
        _stage.Start(Holder);
        _stage.Start(Holder);
        Assert.Single(Outbox.Routed<ManifestRequest>());
        Assert.Single(_stage.Downloads.Status(Some.At(0)));
    }

    [Fact]
    public void Every_holder_of_a_session_gets_its_receipt()
    {
        _stage.Run(Holder, DownloadStage.Other);
        _stage.Durable(0, 1, 2, 3, 4, 5);
        _stage.Finished();
        Assert.Equal(
            [Holder, DownloadStage.Other], Outbox.Routed<Receipt>().Select(receipt => receipt.Envelope.Destination));
    }

    [Fact]
    public void Holder_that_asks_after_the_end_gets_a_receipt_and_others_do_not_learn_whether_the_content_came()
    {
        _stage.Start(Holder);
        _stage.GiveManifest(Holder);
        _stage.Open();
        var session = _stage.Session(Holder);
        _stage.Accept(Holder);
        _stage.Durable(0, 1, 2, 3, 4, 5);
        _stage.Finished();
        Outbox.Empty();
        _stage.Resume(Holder, session);
        Assert.Equal(session, Assert.Single(Outbox.Routed<Receipt>()).Transfer);
        Outbox.Empty();

        _stage.Resume(Holder, Some.Transfer(77));
        _stage.Resume(DownloadStage.Other, session);
        _stage.Resume(Holder, session, Some.Content(3, number: 9).Id);
        _stage.Resume(Holder, Some.Transfer(78), Some.Content(3, number: 9).Id);
        Assert.Empty(Outbox.Routed<Receipt>());
        Assert.Equal(
            Enumerable.Repeat(RefusalReason.NotWanted, 4), Outbox.Routed<Refusal>().Select(refusal => refusal.Reason));
    }

    /// <summary>Else 127 bytes, from anybody, have this node flood the network, and spend its own allowance.</summary>
    [Fact]
    public void Nodes_that_are_not_known_as_holders_bring_about_few_searches()
    {
        _stage.Run(Holder);
        _stage.Run(Some.At(0.1));
        var searches = 0;
        for (var number = 0; number < 200; number++)
        {
            _stage.Resume(Some.Node(40 + number), Some.Transfer(900 + number));
            searches += _stage.Run(Some.At(0.1)).Count;
        }
        Assert.InRange(searches, 1, 4);
    }

    [Fact]
    public void Holder_that_asks_about_an_open_session_hears_what_is_durable_and_what_is_owed()
    {
        _stage.Start(Holder);
        _stage.GiveManifest(Holder);
        _stage.Open();
        var session = _stage.Session(Holder);
        _stage.Accept(Holder);
        _stage.Durable(0, 1);
        Outbox.Empty();
        _stage.Resume(Holder, session);
        Assert.Equal(2, Assert.Single(Outbox.Routed<Ack>()).Cumulative);
        var again = Assert.Single(Outbox.Routed<TransferRequest>());
        Assert.True(again.Again);
        Assert.Equal([new ChunkRange(2, 4)], again.Wanted);
    }

    [Fact]
    public void Full_disk_pauses_the_download_until_it_takes_it_again()
    {
        _stage.Run(Holder);
        _stage.Stalled();
        Assert.Equal(TransferState.Paused, _stage.State);
        Assert.Equal("no room", Assert.Single(Outbox.Notices<Notice.DownloadPaused>()).Reason.Text);
        Assert.Empty(_stage.Run(Some.At(0)));

        var due = _stage.NextDeadline;
        Assert.InRange(due - Some.At(0), Some.Seconds(1.6), Some.Seconds(2.4));
        _stage.Run(due);
        Assert.Single(Outbox.Stores<StorageRequest.RetryDownload>());
        _stage.Stalled(now: due);
        Assert.Single(Outbox.Notices<Notice.DownloadPaused>());
        Outbox.Empty();
        _stage.Open(0);
        Assert.Equal(TransferState.Running, _stage.State);
        _stage.Accept(Holder);
        Assert.Equal([new ChunkRange(1, 5)], Outbox.Routed<TransferRequest>()[^1].Wanted);
    }

    [Fact]
    public void Piece_while_the_disk_is_full_is_dropped()
    {
        _stage.Start(Holder);
        _stage.GiveManifest(Holder);
        _stage.Open();
        var session = _stage.Session(Holder);
        _stage.Accept(Holder);
        _stage.Stalled();
        Outbox.Empty();
        var body = _stage.Piece(Holder, session, 0);
        Assert.Same(body, Assert.Single(Outbox.Effects<Effect.Drop>()).Body);
    }

    [Fact]
    public void Disk_that_is_full_at_the_rename_is_waited_for()
    {
        _stage.Run(Holder);
        _stage.Durable(0, 1, 2, 3, 4, 5);
        _stage.Stalled();
        Assert.Equal(TransferState.Paused, _stage.State);
        Outbox.Empty();
        _stage.Open(0, 1, 2, 3, 4, 5);
        Assert.Single(Outbox.Stores<StorageRequest.FinishDownload>());
        Assert.Equal(TransferState.Finishing, _stage.State);
    }

    [Fact]
    public void Place_that_cannot_be_made_ends_the_download()
    {
        _stage.Start(Holder);
        _stage.GiveManifest(Holder);
        _stage.Stalled(DiskTrouble.BadPath);
        Assert.Equal("no room", Assert.Single(Outbox.Notices<Notice.DownloadFailed>()).Reason.Text);
        Assert.Single(Outbox.Stores<StorageRequest.AbandonDownload>());
        Assert.Empty(_stage.Downloads.Status(Some.At(0)));
    }

    [Fact]
    public void Second_request_is_told_how_the_first_one_stands()
    {
        _stage.Run(Holder);
        _stage.Start();
        Assert.Equal(TransferState.Running, Outbox.Notices<Notice.DownloadProgressed>()[^1].Status.State);
        Assert.Empty(Outbox.Notices<Notice.DownloadPaused>());
        _stage.Stalled();
        _stage.Start();
        var paused = Outbox.Notices<Notice.DownloadPaused>();
        Assert.Equal(2, paused.Count);
        Assert.Equal(paused[0].Reason, paused[1].Reason);
    }

    [Fact]
    public void Nothing_of_a_download_comes_due_after_its_end()
    {
        _stage.Run(Holder);
        _stage.Durable(0, 1, 2, 3, 4, 5);
        _stage.Finished();
        Assert.Equal(Instant.Never, _stage.NextDeadline);
    }

    [Fact]
    public void Recovered_download_goes_on_with_what_is_durable()
    {
        var durable = ChunkMap.Full(DownloadStage.Chunks);
        durable.Remove(3);
        _stage.Downloads.Recover(Some.At(0), [DownloadStage.InLog(durable)], Outbox);
        Assert.Equal(TransferState.Resuming, _stage.State);
        Assert.Equal([File.Id], _stage.Run(Some.At(0)));
        _stage.Downloads.OnHolder(Some.At(0), Some.Hit(Holder, File), Outbox);
        _stage.Accept(Holder);
        Assert.Equal(TransferState.Running, _stage.State);
        Assert.Equal([new ChunkRange(3, 1)], Outbox.Routed<TransferRequest>()[^1].Wanted);
    }

    [Theory]
    [InlineData(0, 7 * 24)]
    [InlineData(6 * 24, 24)]
    [InlineData(10_000 * 24, 1)] // Its age is what a wall clock says: it gets an hour to be heard of.
    public void Without_progress_for_a_week_it_is_given_up_and_told(int hoursOld, int hoursLeft)
    {
        var empty = DownloadStage.InLog(new ChunkMap(DownloadStage.Chunks));
        var found = empty with { LastProgress = TimeSpan.FromHours(hoursOld) };
        _stage.Downloads.Recover(Some.At(0), [found], Outbox);
        _stage.Run(Some.At(hoursLeft * 3600 - 1));
        Assert.Empty(Outbox.Notices<Notice.DownloadFailed>());
        _stage.Run(Some.At(hoursLeft * 3600));
        Assert.StartsWith("given up", Assert.Single(Outbox.Notices<Notice.DownloadFailed>()).Reason.Text);
        Assert.Equal("song.flac", Assert.Single(Outbox.Notices<Notice.TransferGivenUp>()).Name);
        Assert.Equal(File.Id, Assert.Single(Outbox.Stores<StorageRequest.AbandonDownload>()).Content);
        Assert.Empty(_stage.Downloads.Status(Some.At(0)));
    }

    [Fact]
    public void Every_chunk_that_comes_gives_it_another_week()
    {
        _stage.Run(Holder);
        var late = Some.At(6 * 24 * 3600);
        _stage.Stored(new StorageResult.ChunksDurable(File.Id, [0]), late);
        _stage.Run(late + TimeSpan.FromDays(6));
        Assert.Empty(Outbox.Notices<Notice.DownloadFailed>());
        _stage.Run(late + TimeSpan.FromDays(7));
        Assert.Single(Outbox.Notices<Notice.DownloadFailed>());
    }

    [Fact]
    public void Recovered_download_that_was_whole_is_finished()
    {
        _stage.Downloads.Recover(Some.At(0), [DownloadStage.InLog(ChunkMap.Full(DownloadStage.Chunks))], Outbox);
        Assert.Equal(TransferState.Finishing, _stage.State);
        Assert.Single(Outbox.Stores<StorageRequest.FinishDownload>());
    }

    [Fact]
    public void Holders_are_looked_for_with_longer_and_longer_waits()
    {
        _stage.Start();
        var now = Some.At(0);
        foreach (var wait in new double[] { 0, 2, 4, 8, 16, 32, 60, 60 })
        {
            Assert.InRange(_stage.NextDeadline - now, Some.Seconds(wait * 0.8), Some.Seconds(wait * 1.2));
            now = _stage.NextDeadline;
            Assert.Single(_stage.Run(now));
        }
        _stage.Downloads.OnLinkUp(now);
        Assert.Single(_stage.Run(now));
    }
}
