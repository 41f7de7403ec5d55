using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Transfer;

/// <summary>A download that its user cancels, and perhaps asks for again before the disk has answered.</summary>
public sealed class DownloadCancelTests
{
    private static readonly NodeId Holder = DownloadStage.Holder;
    private static readonly Manifest File = DownloadStage.File;
    private readonly DownloadStage _stage = new();
    private Outbox Outbox => _stage.Outbox;

    [Fact]
    public void What_a_cancelled_download_leaves_behind_is_told()
    {
        _stage.Run(Holder);
        _stage.Downloads.Cancel(Some.At(0), File.Id, Outbox);
        Assert.Empty(Outbox.Notices<Notice.DownloadDiscarded>());
        _stage.Stored(new StorageResult.DownloadAbandoned(File.Id) { LeftBehind = "/d/a.part" });
        Assert.Equal("/d/a.part", Assert.Single(Outbox.Notices<Notice.DownloadDiscarded>()).LeftBehind);
    }

    [Fact]
    public void Cancelled_download_refuses_what_was_asked_for_and_is_abandoned()
    {
        _stage.Run(Holder);
        Assert.True(_stage.Downloads.Cancel(Some.At(0), File.Id, Outbox));
        Assert.Equal(RefusalReason.Cancelled, Assert.Single(Outbox.Routed<Refusal>()).Reason);
        Assert.Single(Outbox.Stores<StorageRequest.AbandonDownload>());
        Assert.False(_stage.Downloads.Cancel(Some.At(0), File.Id, Outbox));
    }

    /// <summary>The disk still answers what was asked for the one that was cancelled.</summary>
    [Fact]
    public void Download_that_is_asked_for_again_after_a_cancel_does_not_hear_of_the_first()
    {
        _stage.Run(Holder);
        _stage.Stalled();
        _stage.Run(Some.At(3));
        _stage.Downloads.Cancel(Some.At(3), File.Id, Outbox);
        _stage.Start();
        _stage.Open(0, 1);
        _stage.Stalled();
        Assert.Equal(TransferState.Searching, _stage.State);
        _stage.Stored(new StorageResult.DownloadAbandoned(File.Id));
        Assert.Equal(TransferState.Searching, _stage.State);
        Assert.Single(Outbox.Notices<Notice.DownloadFailed>());
    }

    /// <summary>
    /// A quick holder gives the manifest before the disk has answered, and the disk's answers come in order.
    /// </summary>
    [Fact]
    public void Disk_that_is_late_with_the_first_download_says_nothing_of_the_second()
    {
        _stage.Start(Holder);
        _stage.GiveManifest(Holder);
        _stage.Downloads.Cancel(Some.At(0), File.Id, Outbox);
        _stage.Start(Holder);
        _stage.GiveManifest(Holder);
        Outbox.Empty();
        _stage.Open(0, 1);
        _stage.Stored(new StorageResult.DownloadStalled(File.Id, DiskTrouble.BadPath, "no such folder"));
        Assert.Equal(TransferState.Starting, _stage.State);
        Assert.Empty(Outbox.Effects<Effect.Tell>());
        _stage.Stored(new StorageResult.DownloadAbandoned(File.Id));
        Assert.Equal(TransferState.Starting, _stage.State);
        _stage.Open();
        Assert.Equal(TransferState.Running, _stage.State);
        Assert.Empty(Outbox.Notices<Notice.DownloadFailed>());
    }

    /// <summary>The disk alone knows whether the file has its name: what it answers is what the user hears.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cancel_while_the_file_gets_its_name_ends_as_the_disk_says(bool isTooLate)
    {
        _stage.Downloads.Recover(Some.At(0), [DownloadStage.InLog(ChunkMap.Full(DownloadStage.Chunks))], Outbox);
        Assert.True(_stage.Downloads.Cancel(Some.At(0), File.Id, Outbox));
        Assert.Single(Outbox.Stores<StorageRequest.AbandonDownload>());
        Assert.Empty(Outbox.Notices<Notice.DownloadFailed>());
        if (isTooLate) _stage.Finished();
        _stage.Stored(new StorageResult.DownloadAbandoned(File.Id));
        Assert.Equal(isTooLate ? 1 : 0, Outbox.Notices<Notice.DownloadCompleted>().Count);
        Assert.Equal(isTooLate ? 0 : 1, Outbox.Notices<Notice.DownloadFailed>().Count);
        Assert.Empty(_stage.Downloads.Status(Some.At(0)));
    }
}
