using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

/// <summary>A download whose holders refuse, lie, lose their sessions or go away.</summary>
public sealed class DownloadRefusalTests
{
    private static readonly NodeId Holder = DownloadStage.Holder;
    private static readonly NodeId Other = DownloadStage.Other;
    private readonly DownloadStage _stage = new();
    private Outbox Outbox => _stage.Outbox;

    [Fact]
    public void Refused_chunks_go_to_the_other_holder()
    {
        var (session, _) = RunBoth();
        _stage.Refused(Holder, session, RefusalReason.SourceChanged);
        Assert.Equal(session, Assert.Single(Outbox.Stores<StorageRequest.DropPieces>()).Transfer);
        var asked = Outbox.Routed<TransferRequest>();
        Assert.All(asked, request => Assert.Equal(Other, request.Envelope.Destination));
        Assert.NotEmpty(asked);
        Assert.Empty(Outbox.Notices<Notice.DownloadFailed>());
    }

    /// <summary>Two requesters that help each other have the same half in the end, and each is the other's hope.
    /// </summary>
    [Fact]
    public void Download_that_nobody_can_complete_says_so_until_somebody_can()
    {
        var half = Some.Hit(Other, DownloadStage.File) with { Held = [new ChunkRange(0, 3)] };
        _stage.Start(Holder);
        _stage.Downloads.OnHolder(Some.At(0), half, Outbox);
        _stage.GiveManifest(Holder);
        _stage.Open();
        var (session, other) = (_stage.Session(Holder), _stage.Session(Other));
        _stage.Accept(Holder);
        _stage.Accept(Other);
        Outbox.Empty();
        _stage.Refused(Holder, session, RefusalReason.Cancelled);
        _stage.Piece(Other, other, 0);
        _stage.Durable(0, 1, 2);
        Assert.Equal(TransferState.Running, _stage.State);
        for (var second = 1; second <= 12; second++) _stage.Run(Some.At(second));

        var paused = Assert.Single(Outbox.Notices<Notice.DownloadPaused>());
        Assert.StartsWith("its holder cancelled the transfer, and the nodes within reach", paused.Reason.Text);
        var status = Assert.Single(_stage.Downloads.Status(Some.At(12)));
        Assert.Equal((TransferState.Searching, paused.Reason), (status.State, status.Pause));
        Assert.Equal((0, 0), (status.BytesPerSecond, status.Sources.Sum(source => source.BytesPerSecond)));

        Outbox.Empty();
        _stage.Start();
        Assert.Equal(paused.Reason, Assert.Single(Outbox.Notices<Notice.DownloadPaused>()).Reason);

        _stage.Downloads.OnHolder(Some.At(13), Some.Hit(Other, DownloadStage.File), Outbox);
        Assert.Equal([new ChunkRange(3, 3)], Assert.Single(Outbox.Routed<TransferRequest>()).Wanted);
        _stage.Piece(Other, other, 3);
        Assert.Equal(TransferState.Running, _stage.State);
        Assert.Null(Assert.Single(_stage.Downloads.Status(Some.At(13))).Pause);
    }

    [Fact]
    public void Download_without_any_holder_says_so()
    {
        _stage.Start();
        for (var second = 0; second <= 8; second++) _stage.Run(Some.At(second));
        Assert.Equal(
            "no node that has it is within reach", Assert.Single(Outbox.Notices<Notice.DownloadPaused>()).Reason.Text);
    }

    [Fact]
    public void Holder_that_is_only_slow_gives_no_word_and_no_rate()
    {
        var session = RunOne();
        for (var piece = 0; piece < 8; piece++) _stage.Piece(Holder, session, 0, piece * 1000, Some.At(piece * 0.5));
        Assert.True(Assert.Single(_stage.Downloads.Status(Some.At(4))).BytesPerSecond > 0);
        Assert.Equal(0, Assert.Single(_stage.Downloads.Status(Some.At(9))).BytesPerSecond);
        for (var second = 4; second <= 40; second++) _stage.Run(Some.At(second));
        Assert.Empty(Outbox.Notices<Notice.DownloadPaused>());
    }

    [Theory]
    [InlineData(RefusalReason.SourceChanged)]
    [InlineData(RefusalReason.Cancelled)]
    [InlineData(RefusalReason.NotShared)]
    [InlineData(RefusalReason.SourceUnreadable)]
    public void Download_of_which_nothing_has_come_is_not_worth_waiting_for(RefusalReason reason)
    {
        _stage.Refused(Holder, RunOne(), reason);
        Assert.Single(Outbox.Notices<Notice.DownloadFailed>());
        Assert.Single(Outbox.Stores<StorageRequest.AbandonDownload>());
    }

    [Theory]
    [InlineData(RefusalReason.Busy)]
    [InlineData(RefusalReason.LogUnavailable)]
    [InlineData(RefusalReason.BadKeys)]
    public void Busy_holder_is_tried_again_later(RefusalReason reason)
    {
        var session = RunOne();
        _stage.Refused(Holder, session, reason);
        Assert.Empty(Outbox.Routed);
        _stage.Run(Some.At(3.9));
        Assert.Empty(Outbox.Routed);
        _stage.Run(Some.At(6.2));
        Assert.NotEqual(session, _stage.Session(Holder));
    }

    [Fact]
    public void Holder_that_lost_the_session_gets_a_new_one()
    {
        var session = RunOne();
        _stage.Refused(Holder, session, RefusalReason.UnknownTransfer);
        Assert.NotEqual(session, _stage.Session(Holder));
        Assert.Contains(session, _stage.Seals.Forgotten);
        _stage.Durable(0, 1, 2, 3, 4, 5);
        var newest = _stage.Session(Holder);
        _stage.Finished();
        Assert.Equal(newest, Assert.Single(Outbox.Routed<Receipt>()).Transfer);
    }

    [Theory]
    [InlineData(RefusalReason.NotShared)]
    [InlineData(RefusalReason.SourceChanged)]
    [InlineData(RefusalReason.SourceUnreadable)]
    [InlineData(RefusalReason.Cancelled)]
    [InlineData(RefusalReason.NotWanted)]
    public void Last_word_that_the_holder_has_not_signed_changes_nothing(RefusalReason reason)
    {
        _stage.Refused(Holder, RunOne(), reason, proof: 4);
        Assert.Empty(Outbox.Effects);
        Assert.Empty(Outbox.Routed);
    }

    /// <summary>Each session costs a key: they are not made as fast as somebody says that they are lost.</summary>
    [Fact]
    public void Holder_that_loses_one_session_after_the_other_is_tried_again_later()
    {
        _stage.Refused(Holder, RunOne(), RefusalReason.UnknownTransfer);
        var second = _stage.Session(Holder);
        Outbox.Empty();
        _stage.Refused(Holder, second, RefusalReason.UnknownTransfer);
        Assert.Empty(Outbox.Routed);
        _stage.Run(Some.At(6.2));
        Assert.NotEqual(second, _stage.Session(Holder));
    }

    [Fact]
    public void Refusal_by_somebody_else_changes_nothing()
    {
        _stage.Refused(Other, RunOne(), RefusalReason.SourceChanged);
        Assert.Empty(Outbox.Effects);
        Assert.Empty(Outbox.Routed);
    }

    /// <summary>All is durable and only the rename is to come: it no longer matters what holders say.</summary>
    [Theory]
    [InlineData(RefusalReason.SourceChanged)]
    [InlineData(RefusalReason.Cancelled)]
    [InlineData(RefusalReason.NotShared)]
    [InlineData(RefusalReason.UnknownTransfer)]
    public void Whole_download_is_not_given_up_for_a_refusal(RefusalReason reason)
    {
        var session = RunOne();
        _stage.Durable(0, 1, 2, 3, 4, 5);
        Outbox.Empty();
        _stage.Refused(Holder, session, reason);
        Assert.Empty(Outbox.Effects);
        Assert.Empty(Outbox.Routed);
        _stage.Finished();
        Assert.Single(Outbox.Notices<Notice.DownloadCompleted>());
    }

    [Fact]
    public void Accept_that_comes_when_all_is_durable_starts_nothing()
    {
        _stage.Start(Holder, Other);
        _stage.GiveManifest(Holder);
        _stage.Open();
        _stage.Accept(Holder);
        _stage.Durable(0, 1, 2, 3, 4, 5);
        _stage.Accept(Other);
        Assert.Equal(TransferState.Finishing, _stage.State);
    }

    /// <summary>Else anybody could end a download that looks for holders.</summary>
    [Fact]
    public void Manifest_that_nobody_asked_for_changes_nothing()
    {
        _stage.Start();
        _stage.GiveManifest(Other);
        Assert.Equal(TransferState.Searching, _stage.State);
        Assert.Empty(Outbox.Notices<Notice.DownloadFailed>());
    }

    /// <summary>Anybody on the way may have made it: the holder's own, signed by its key, counts.</summary>
    [Fact]
    public void False_key_answer_changes_nothing()
    {
        _stage.Start(Holder);
        _stage.GiveManifest(Holder);
        _stage.Open();
        var session = _stage.Session(Holder);
        Outbox.Empty();
        var answer = new TransferAccept(Some.From(Holder, DownloadStage.Self), session, new byte[] { 9 });
        _stage.Downloads.OnAccept(Some.At(0), answer, Outbox);
        Assert.Empty(Outbox.Routed);
        Assert.Empty(Outbox.Effects);
        _stage.Downloads.OnAccept(Some.At(0), answer with { KeyAnswer = new byte[] { 2 } }, Outbox);
        Assert.Equal([new ChunkRange(0, 6)], Assert.Single(Outbox.Routed<TransferRequest>()).Wanted);
    }

    [Fact]
    public void Holder_of_three_wrong_chunks_is_left_and_they_are_asked_of_the_other()
    {
        var (session, other) = RunBoth();
        for (var time = 0; time < 3; time++)
        {
            Assert.Empty(Outbox.Routed<Refusal>());
            _stage.Rejected(time, session);
        }
        Assert.Equal(RefusalReason.SourceChanged, Assert.Single(Outbox.Routed<Refusal>()).Reason);
        Assert.DoesNotContain(_stage.Downloads.Status(Some.At(0))[0].Sources, source => source.Active);
        Outbox.Empty();
        _stage.Resume(Holder, session);
        _stage.Downloads.OnHolder(Some.At(1), Some.Hit(Holder, DownloadStage.File), Outbox);
        Assert.Empty(Outbox.Routed);
        var body = _stage.Piece(Other, other, 0);
        Assert.Same(body, Assert.Single(Outbox.Stores<StorageRequest.PersistPiece>()).Body);
    }

    [Fact]
    public void Piece_of_an_unknown_session_is_dropped_and_refused_once_for_each_chunk()
    {
        foreach (var offset in new[] { 0, 1000, 2000 })
        {
            var body = _stage.Piece(Holder, Some.Transfer(99), 4, offset);
            Assert.Same(body, Outbox.Effects<Effect.Drop>()[^1].Body);
        }
        Assert.Equal(RefusalReason.UnknownTransfer, Assert.Single(Outbox.Routed<Refusal>()).Reason);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(6, false)]
    [InlineData(262_143, false)]
    public void Piece_of_no_chunk_of_the_content_is_dropped(int chunk, bool persisted)
    {
        var session = RunOne();
        _stage.Piece(Holder, session, chunk);
        Assert.Equal(persisted ? 1 : 0, Outbox.Stores<StorageRequest.PersistPiece>().Count);
        Assert.Equal(persisted ? 0 : 1, Outbox.Effects<Effect.Drop>().Count);
    }

    [Fact]
    public void Piece_of_a_durable_chunk_or_of_somebody_else_is_dropped()
    {
        var session = RunOne();
        _stage.Durable(0);
        _stage.Piece(Holder, session, 0);
        _stage.Piece(Other, session, 1);
        Assert.Equal(2, Outbox.Effects<Effect.Drop>().Count);
        Assert.Equal(1000, Assert.Single(_stage.Downloads.Status(Some.At(1))).ResentBytes);
    }

    [Fact]
    public void Lost_route_is_looked_for_at_once_and_what_is_owed_asked_for_again()
    {
        var session = RunOne();
        _stage.Downloads.OnUnreachable(Some.At(1), Holder, Outbox);
        Assert.Equal(session, Assert.Single(Outbox.Routed<Ack>()).Transfer);
        Assert.Single(_stage.Run(Some.At(1)));
        Outbox.Empty();
        _stage.Downloads.OnRouteFound(Some.At(2), Holder, Outbox);
        var again = Assert.Single(Outbox.Routed<TransferRequest>());
        Assert.True(again.Again);
        Assert.Equal([new ChunkRange(0, 6)], again.Wanted);
    }

    [Fact]
    public void Silent_holder_gets_a_new_session_after_three_silences()
    {
        var session = RunOne();
        foreach (var at in new[] { 5, 15, 35 })
        {
            Outbox.Empty();
            _stage.Run(Some.At(at));
        }
        Assert.NotEqual(session, _stage.Session(Holder));
    }

    private TransferId RunOne()
    {
        _stage.Start(Holder);
        _stage.GiveManifest(Holder);
        _stage.Open();
        var session = _stage.Session(Holder);
        _stage.Accept(Holder);
        Outbox.Empty();
        return session;
    }

    private (TransferId Session, TransferId Other) RunBoth()
    {
        _stage.Start(Holder, Other);
        _stage.GiveManifest(Holder);
        _stage.Open();
        var sessions = (_stage.Session(Holder), _stage.Session(Other));
        _stage.Accept(Holder);
        _stage.Accept(Other);
        Outbox.Empty();
        return sessions;
    }
}
