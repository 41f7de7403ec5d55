using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Storage.Disk;
using Ferry.TestKit.Disks;
using Ferry.Tests.Storage.Store;
using Xunit;

namespace Ferry.Tests.Storage.Downloads;

public sealed class DiskTroubleTests : IDisposable
{
    private const int Size = 5 * 65_536;
    private readonly StoreStage _stage = new();

    [Fact]
    public void Full_disk_stalls_the_download_until_there_is_room()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        _stage.Memory.Faults.CapacityBytes = 300_000; // Enough for the log and the manifest.
        var stalled =
            _stage.Do<StorageResult.DownloadStalled>(new StorageRequest.OpenDownload(manifest, "song.flac", null));
        Assert.Equal(DiskTrouble.Full, stalled.Trouble);
        Assert.Contains("song.flac", stalled.Text, StringComparison.Ordinal);
        Assert.IsType<StorageResult.DownloadStalled>(
            Assert.Single(_stage.Do(new StorageRequest.RetryDownload(manifest.Id))));
        _stage.Memory.Faults.Clear();
        _stage.Do<StorageResult.DownloadOpened>(new StorageRequest.RetryDownload(manifest.Id));
        Assert.Equal("/downloads/song.flac", _stage.Fetch(manifest, bytes).Path);
    }

    [Fact]
    public void Disk_too_full_for_the_log_stalls_the_download_before_anything_is_left_behind()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        _stage.Memory.Faults.CapacityBytes = 0;
        _stage.Do<StorageResult.DownloadStalled>(new StorageRequest.OpenDownload(manifest, "song.flac", null));
        Assert.DoesNotContain(_stage.Memory.Files, path => path.StartsWith("/downloads/", StringComparison.Ordinal));
        _stage.Memory.Faults.Clear();
        _stage.Do<StorageResult.DownloadOpened>(new StorageRequest.RetryDownload(manifest.Id));
        _stage.Fetch(manifest, bytes);
    }

    [Fact]
    public void Chunks_that_were_written_but_not_durable_count_as_missing_after_a_failed_write()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        var part = _stage.Open(manifest).PartPath;
        _stage.Do(StoreStage.Piece(manifest, bytes, 0, 0, 65_536));
        _stage.Commit();
        _stage.Do(StoreStage.Piece(manifest, bytes, 1, 0, 65_536));
        _stage.Memory.Faults.Rule = (operation, path) =>
            operation is DiskOperation.Write or DiskOperation.Reserve && path == part ? DiskError.Full : null;
        var stalled = _stage.Do<StorageResult.DownloadStalled>(StoreStage.Piece(manifest, bytes, 2, 0, 65_536));
        Assert.Equal(DiskTrouble.Full, stalled.Trouble);
        Assert.Equal(0, _stage.Store.UncommittedBytes);
        Assert.Empty(_stage.Do(StoreStage.Piece(manifest, bytes, 3, 0, 65_536)));
        Assert.Empty(_stage.Commit());
        _stage.Do<StorageResult.DownloadStalled>(new StorageRequest.RetryDownload(manifest.Id));
        _stage.Memory.Faults.Clear();
        var opened = _stage.Do<StorageResult.DownloadOpened>(new StorageRequest.RetryDownload(manifest.Id));
        Assert.Equal([0], Enumerable.Range(0, 5).Where(opened.Durable.Contains));
    }

    [Fact]
    public void After_a_failed_flush_only_what_its_hash_confirms_is_believed()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        var part = _stage.Open(manifest).PartPath;
        _stage.Do(StoreStage.Piece(manifest, bytes, 0, 0, 65_536));
        _stage.Do(StoreStage.Piece(manifest, bytes, 1, 0, 65_536));
        _stage.Commit();
        _stage.Do(StoreStage.Piece(manifest, bytes, 2, 0, 65_536));
        _stage.Memory.Faults.Rule = (operation, path) =>
            operation == DiskOperation.Flush && path == part ? DiskError.Faulty : null;
        Assert.Equal(DiskTrouble.Faulty,
            Assert.IsType<StorageResult.DownloadStalled>(Assert.Single(_stage.Commit())).Trouble);
        // In doubt, nothing is served.
        Assert.Equal(RefusalReason.Busy, _stage.Store.ReadPiece(manifest.Id, 0, 0, new byte[10]));
        _stage.Memory.Rot(part, 70_000);
        _stage.Memory.Faults.Clear();
        var opened = _stage.Do<StorageResult.DownloadOpened>(new StorageRequest.RetryDownload(manifest.Id));
        Assert.Equal([0], Enumerable.Range(0, 5).Where(opened.Durable.Contains));
        // The log knows, too.
        _stage.Reopen();
        Assert.Equal(1, Assert.Single(_stage.Store.Recovered.Downloads).Durable.Count);
    }

    [Fact]
    public void Chunks_are_not_acknowledged_while_the_log_cannot_be_written()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        _stage.Open(manifest);
        _stage.Do(StoreStage.Piece(manifest, bytes, 0, 0, 65_536));
        _stage.Memory.Faults.Rule = (_, path) =>
            path.StartsWith("/ferry/log", StringComparison.Ordinal) ? DiskError.Full : null;
        Assert.Equal(DiskTrouble.Full,
            Assert.IsType<StorageResult.DownloadStalled>(Assert.Single(_stage.Commit())).Trouble);
        _stage.Do<StorageResult.DownloadStalled>(new StorageRequest.RetryDownload(manifest.Id));
        _stage.Memory.Faults.Clear();
        Assert.True(
            _stage.Do<StorageResult.DownloadOpened>(new StorageRequest.RetryDownload(manifest.Id)).Durable.IsEmpty);
        _stage.Fetch(manifest, bytes);
    }

    [Fact]
    public void Partial_file_that_was_deleted_is_fetched_again()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        var part = _stage.Open(manifest).PartPath;
        foreach (var piece in StoreStage.Pieces(manifest, bytes, 65_536)) _stage.Do(piece);
        _stage.Commit();
        _stage.Memory.Delete(part);
        _stage.Do<StorageResult.DownloadStalled>(new StorageRequest.FinishDownload(manifest.Id));
        Assert.True(
            _stage.Do<StorageResult.DownloadOpened>(new StorageRequest.RetryDownload(manifest.Id)).Durable.IsEmpty);
        _stage.Fetch(manifest, bytes);
    }

    [Fact]
    public void Partial_file_that_is_missing_at_start_is_told_with_the_first_piece()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        var part = _stage.Open(manifest).PartPath;
        _stage.Do(StoreStage.Piece(manifest, bytes, 0, 0, 65_536));
        _stage.Commit();
        _stage.Memory.Delete(part);
        _stage.Reopen();
        Assert.True(Assert.Single(_stage.Store.Recovered.Downloads).Durable.IsEmpty);
        Assert.Single(_stage.Store.RecoveryWarnings);
        _stage.Do<StorageResult.DownloadStalled>(StoreStage.Piece(manifest, bytes, 0, 0, 65_536));
        _stage.Do<StorageResult.DownloadOpened>(new StorageRequest.RetryDownload(manifest.Id));
        _stage.Fetch(manifest, bytes);
    }

    [Fact]
    public void Rename_that_is_not_known_to_last_is_finished_later_and_once()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        _stage.Open(manifest);
        foreach (var piece in StoreStage.Pieces(manifest, bytes, 65_536)) _stage.Do(piece);
        _stage.Commit();
        _stage.Memory.Faults.Rule = (operation, path) =>
            operation == DiskOperation.FlushFolder && path == "/downloads" ? DiskError.Faulty : null;
        _stage.Do<StorageResult.DownloadStalled>(new StorageRequest.FinishDownload(manifest.Id));
        _stage.Memory.Faults.Clear();
        Assert.True(
            _stage.Do<StorageResult.DownloadOpened>(new StorageRequest.RetryDownload(manifest.Id)).Durable.IsFull);
        var finished = _stage.Do<StorageResult.DownloadFinished>(new StorageRequest.FinishDownload(manifest.Id));
        Assert.Equal("/downloads/song.flac", finished.Path);
        Assert.Single(_stage.Shares.Downloaded);
    }

    [Fact]
    public void Upload_is_refused_while_the_log_cannot_be_written()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        _stage.Open(manifest);
        _stage.Fetch(manifest, bytes);
        _stage.Memory.Faults.Rule = (operation, _) => operation == DiskOperation.Write ? DiskError.Full : null;
        var request = new StorageRequest.OpenUpload(new TransferId(1), manifest.Id, StoreStage.Somebody);
        Assert.Equal(RefusalReason.LogUnavailable, _stage.Do<StorageResult.UploadRefused>(request).Reason);
        _stage.Memory.Faults.Clear();
        _stage.Do<StorageResult.UploadOpened>(request);
    }

    public void Dispose() => _stage.Dispose();
}
