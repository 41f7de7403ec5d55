using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Storage.Disk;
using Ferry.Storage.Shares;
using Ferry.TestKit.Disks;
using Ferry.Tests.Storage.Store;
using Xunit;

namespace Ferry.Tests.Storage.Uploads;

/// <summary>Offers in the log, and who is served because of them.</summary>
public sealed class OfferLogTests : IDisposable
{
    private const int Size = 70_000;
    private static readonly NodeId Receiver = Some.Node(2);
    private readonly StoreStage _stage = new();
    private readonly Manifest _manifest;
    private readonly byte[] _bytes;

    public OfferLogTests() => (_manifest, _bytes) = StoreStage.Content(Size);

    public void Dispose() => _stage.Dispose();

    [Fact]
    public void Offer_survives_a_power_cut_as_it_was_kept_last()
    {
        Keep(OfferState.Waiting, isOwn: false);
        var kept = Keep(OfferState.Accepted, isOwn: false);
        Assert.True(kept.At > 0);
        _stage.Memory.Restart(PowerCutLosses.Everything);
        _stage.Reopen();
        Assert.Equal(kept, Assert.Single(_stage.Store.Recovered.Offers).Entry);
        _stage.Do(new StorageRequest.ForgetOffer(kept.Key));
        _stage.Reopen();
        Assert.Empty(_stage.Store.Recovered.Offers);
    }

    [Fact]
    public void Log_that_cannot_be_written_keeps_no_offer_and_says_why()
    {
        _stage.Memory.Faults.Rule = (operation, _) =>
            operation is DiskOperation.Write or DiskOperation.Create ? DiskError.Full : null;
        var entry = Entry(OfferState.Made, isOwn: true);
        var failed = _stage.Do<StorageResult.OfferNotKept>(new StorageRequest.KeepOffer(entry));
        Assert.Equal(entry, failed.Entry);
        Assert.Contains("make room", failed.Reason, StringComparison.Ordinal);
    }

    /// <summary>Whoever knows the content's id, a member as well, gets neither its manifest nor its bytes.</summary>
    [Fact]
    public void What_is_held_for_one_node_is_for_that_node_while_it_is_offered()
    {
        _stage.Memory.Put("/held/song.flac", _bytes);
        _stage.Shares.Add(new SharedSource(
            _manifest, "song.flac", "/held/song.flac", _stage.Memory.Stamp("/held/song.flac")!.Value)
        {
            IsPrivate = true,
        });
        Assert.False(IsServed(Receiver));
        Keep(OfferState.Made, isOwn: true);
        Assert.True(IsServed(Receiver));
        Assert.False(IsServed(StoreStage.Somebody));
        Keep(OfferState.Arrived, isOwn: true);
        Assert.False(IsServed(Receiver));
    }

    /// <summary>Once a crash here had it fetched again: only the node's memory knew that it had come.</summary>
    [Fact]
    public void Arrival_is_logged_with_the_end_of_the_download_which_is_not_offered_on()
    {
        Keep(OfferState.Accepted, isOwn: false);
        _stage.Do<StorageResult.DownloadOpened>(
            new StorageRequest.OpenDownload(_manifest, "song.flac", null) { IsPrivate = true });
        foreach (var piece in StoreStage.Pieces(_manifest, _bytes, 60_000)) Assert.Empty(_stage.Do(piece));
        _stage.Commit();
        Assert.False(IsServed(Receiver));
        _stage.Do<StorageResult.DownloadFinished>(new StorageRequest.FinishDownload(_manifest.Id));
        Assert.Empty(_stage.Shares.Downloaded);
        _stage.Memory.Restart(PowerCutLosses.Everything);
        _stage.Reopen();
        Assert.Equal(OfferState.Arrived, Assert.Single(_stage.Store.Recovered.Offers).Entry.State);
        Assert.Empty(_stage.Store.Recovered.Downloads);
    }

    private bool IsServed(NodeId node)
    {
        var read = _stage.Do<StorageResult.ManifestRead>(new StorageRequest.ReadManifest(_manifest.Id, node, 0, 10));
        var transfer = new TransferId((UInt128)(1 + node.Hash.A));
        var opened = Assert.Single(_stage.Do(new StorageRequest.OpenUpload(transfer, _manifest.Id, node)));
        _stage.Do(new StorageRequest.CloseUpload(transfer));
        Assert.Equal(read.Size >= 0, opened is StorageResult.UploadOpened);
        return read.Size >= 0;
    }

    private OfferEntry Keep(OfferState state, bool isOwn) =>
        _stage.Do<StorageResult.OfferKept>(new StorageRequest.KeepOffer(Entry(state, isOwn))).Entry;

    private OfferEntry Entry(OfferState state, bool isOwn) => new(
        new OfferKey(Receiver, Some.Transfer(7), isOwn), _manifest.Id, "song.flac", Size, IsFolder: false, default,
        state)
    {
        Path = isOwn ? "/held/song.flac" : null,
    };
}
