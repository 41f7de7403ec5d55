using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

/// <summary>
/// Whoever says that he is a holder, or speaks in a holder's name, deletes nothing that has come: the download waits.
/// </summary>
public sealed class DownloadWaitsTests
{
    private static readonly NodeId Holder = DownloadStage.Holder;
    private static readonly NodeId Other = DownloadStage.Other;
    private readonly DownloadStage _stage = new();
    private Outbox Outbox => _stage.Outbox;

    [Theory]
    [InlineData(RefusalReason.SourceChanged)]
    [InlineData(RefusalReason.Cancelled)]
    [InlineData(RefusalReason.NotWanted)]
    [InlineData(RefusalReason.NotShared)]
    [InlineData(RefusalReason.SourceUnreadable)]
    public void Refusal_of_the_last_holder_keeps_what_is_durable_and_others_are_looked_for(RefusalReason reason)
    {
        var session = RunOne();
        _stage.Durable(0);
        Outbox.Empty();
        _stage.Refused(Holder, session, reason);
        AssertWaits();
    }

    [Fact]
    public void Refusal_of_a_stranger_after_a_restart_keeps_what_is_durable()
    {
        var durable = ChunkMap.Full(DownloadStage.Chunks);
        durable.Remove(3);
        _stage.Downloads.Recover(Some.At(0), [DownloadStage.InLog(durable)], Outbox);
        _stage.Downloads.OnHolder(Some.At(0), Some.Hit(Other, DownloadStage.File), Outbox);
        _stage.Refused(Other, _stage.Session(Other), RefusalReason.Cancelled);
        AssertWaits();
    }

    [Fact]
    public void Wrong_chunks_of_the_last_holder_keep_what_is_durable()
    {
        var session = RunOne();
        _stage.Durable(0);
        Outbox.Empty();
        for (var chunk = 1; chunk <= 3; chunk++) _stage.Rejected(chunk, session);
        AssertWaits();
    }

    [Theory]
    [InlineData(RefusalReason.NotShared)]
    [InlineData(RefusalReason.SourceUnreadable)]
    public void Holder_that_may_have_it_again_is_asked_as_soon_as_it_is_found(RefusalReason reason)
    {
        var session = RunOne();
        _stage.Durable(0);
        _stage.Refused(Holder, session, reason);
        Outbox.Empty();
        _stage.Downloads.OnHolder(Some.At(1), Some.Hit(Holder, DownloadStage.File), Outbox);
        Assert.Single(Outbox.Routed<TransferRequest>());
    }

    /// <summary>Its user cancelled: it is left alone until this node's user asks once more.</summary>
    [Fact]
    public void User_who_asks_again_has_holders_asked_that_were_left()
    {
        var session = RunOne();
        _stage.Durable(0);
        _stage.Refused(Holder, session, RefusalReason.Cancelled);
        Outbox.Empty();
        _stage.Downloads.OnHolder(Some.At(1), Some.Hit(Holder, DownloadStage.File), Outbox);
        Assert.Empty(Outbox.Routed);
        _stage.Start(Holder);
        Assert.Single(Outbox.Notices<Notice.DownloadPaused>());
        Assert.Equal(Holder, Assert.Single(Outbox.Routed<TransferRequest>()).Envelope.Destination);
    }

    private void AssertWaits()
    {
        Assert.Empty(Outbox.Stores<StorageRequest.AbandonDownload>());
        Assert.Empty(Outbox.Notices<Notice.DownloadFailed>());
        Assert.EndsWith(
            "; waiting for another holder", Assert.Single(Outbox.Notices<Notice.DownloadPaused>()).Reason.Text);
        Assert.Equal(TransferState.Searching, _stage.State);
        Assert.Equal([DownloadStage.File.Id], _stage.Run(Some.At(0.1)));
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
}
