using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.TestKit.Disks;
using Ferry.Tests.Storage.Store;
using Xunit;

namespace Ferry.Tests.Storage.Downloads;

/// <summary>What a start makes of downloads when the disk is not what it was.</summary>
public sealed class DownloadRecoveryTests : IDisposable
{
    private const int Size = 4 * 65_536;
    private readonly StoreStage _stage = new();

    [Fact]
    public void Download_whose_manifest_cannot_be_read_now_is_not_lost()
    {
        var (manifest, bytes) = Begun();
        _stage.Memory.Faults.Rule = (operation, path) =>
            operation == DiskOperation.Open && path.Contains("/manifests/") ? DiskError.Faulty : null;
        _stage.Reopen();
        Assert.Empty(_stage.Store.Recovered.Downloads);
        Assert.Contains("waits", Assert.Single(_stage.Store.RecoveryWarnings));
        _stage.Memory.Faults.Clear();
        _stage.Reopen();
        Assert.Equal(2, Assert.Single(_stage.Store.Recovered.Downloads).Durable.Count);
        AssertFinishedOnce(manifest, bytes);
    }

    /// <summary>Once it claimed the chunks of the old partial file for a new and empty one.</summary>
    [Fact]
    public void Download_that_start_had_to_leave_goes_on_when_it_is_asked_for_again()
    {
        var (manifest, bytes) = Begun();
        _stage.Memory.Faults.Rule = (operation, path) =>
            operation == DiskOperation.Open && path.Contains("/manifests/") ? DiskError.Faulty : null;
        _stage.Reopen();
        _stage.Memory.Faults.Clear();
        Assert.Equal(2, _stage.Open(manifest).Durable.Count);
        _stage.Reopen();
        Assert.Equal(2, Assert.Single(_stage.Store.Recovered.Downloads).Durable.Count);
        AssertFinishedOnce(manifest, bytes);
    }

    [Fact]
    public void Chunk_that_rotted_while_it_lay_there_is_fetched_again_before_the_file_gets_its_name()
    {
        var (manifest, bytes) = Begun();
        _stage.Memory.Rot("/downloads/song.flac.part", 5);
        _stage.Reopen();
        foreach (var piece in StoreStage.Pieces(manifest, bytes, 65_536)) _stage.Do(piece);
        _stage.Commit();
        var stalled = _stage.Do<StorageResult.DownloadStalled>(new StorageRequest.FinishDownload(manifest.Id));
        Assert.Contains("changed 1 chunks", stalled.Text);
        Assert.DoesNotContain("/downloads/song.flac", _stage.Memory.Files);
        var opened = _stage.Do<StorageResult.DownloadOpened>(new StorageRequest.RetryDownload(manifest.Id));
        Assert.Equal((3, 0), (opened.Durable.Count, opened.Durable.NextMissing(0)));
        AssertFinishedOnce(manifest, bytes);
    }

    [Fact]
    public void Partial_file_that_could_not_be_deleted_goes_at_the_next_start()
    {
        var (manifest, _) = Begun();
        _stage.Memory.Faults.Rule = (operation, _) => operation == DiskOperation.Delete ? DiskError.Faulty : null;
        _stage.Do<StorageResult.DownloadAbandoned>(new StorageRequest.AbandonDownload(manifest.Id));
        Assert.Contains("/downloads/song.flac.part", _stage.Memory.Files);
        _stage.Memory.Faults.Clear();
        _stage.Reopen();
        Assert.Empty(_stage.Store.Recovered.Downloads);
        Assert.DoesNotContain("/downloads/song.flac.part", _stage.Memory.Files);
    }

    [Fact]
    public void Partial_file_that_could_not_be_deleted_goes_when_the_same_is_asked_for_again()
    {
        var (manifest, bytes) = Begun();
        _stage.Memory.Faults.Rule = (operation, _) => operation == DiskOperation.Delete ? DiskError.Faulty : null;
        _stage.Do<StorageResult.DownloadAbandoned>(new StorageRequest.AbandonDownload(manifest.Id));
        _stage.Memory.Faults.Clear();
        Assert.True(_stage.Open(manifest).Durable.IsEmpty);
        AssertFinishedOnce(manifest, bytes);
    }

    /// <summary>Who put it there need not have flushed it, and the holders are told that it is safe.</summary>
    [Fact]
    public void File_that_is_there_already_is_flushed_before_it_counts()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        _stage.Memory.Put("/downloads/song.flac", bytes);
        var flushed = new List<string>();
        _stage.Memory.Faults.Rule = (operation, path) =>
        {
            if (operation is DiskOperation.Flush or DiskOperation.FlushFolder) flushed.Add(path);
            return null;
        };
        _stage.Do<StorageResult.DownloadFinished>(new StorageRequest.OpenDownload(manifest, "song.flac", null));
        Assert.Equal(["/downloads/song.flac", "/downloads"], flushed);
    }

    /// <summary>Once it was fetched a second time, under another name.</summary>
    [Fact]
    public void File_that_may_be_there_already_is_waited_for_while_the_disk_cannot_read_it()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        _stage.Memory.Put("/downloads/song.flac", bytes);
        _stage.Memory.Faults.Rule = (operation, path) =>
            operation == DiskOperation.Open && path == "/downloads/song.flac" ? DiskError.Faulty : null;
        _stage.Do<StorageResult.DownloadStalled>(new StorageRequest.OpenDownload(manifest, "song.flac", null));
        _stage.Memory.Faults.Clear();
        var finished = _stage.Do<StorageResult.DownloadFinished>(new StorageRequest.RetryDownload(manifest.Id));
        Assert.Equal(("/downloads/song.flac", true), (finished.Path, finished.AlreadyThere));
    }

    /// <summary>Once each took a handle of the system: with more of them than it gives, no start went well.</summary>
    [Fact]
    public void Start_holds_no_file_open_for_downloads_that_wait()
    {
        for (var seed = 0; seed < 5; seed++) _stage.Open(StoreStage.Content(Size, seed).Manifest, $"song-{seed}.flac");
        _stage.Store.Dispose();
        Assert.Equal(0, _stage.Memory.OpenFiles);
        _stage.Reopen();
        Assert.Equal(5, _stage.Store.Recovered.Downloads.Count);
        Assert.Equal(1, _stage.Memory.OpenFiles); // The log's.
    }

    /// <summary>Once each was followed by a flush of its folder: thousands of them were most of the time of a start.
    /// </summary>
    [Fact]
    public void Start_flushes_a_folder_once_for_all_its_downloads()
    {
        for (var seed = 0; seed < 5; seed++) _stage.Open(StoreStage.Content(Size, seed).Manifest, $"song-{seed}.flac");
        var flushes = 0;
        _stage.Memory.Faults.Rule = (operation, path) =>
        {
            if (operation == DiskOperation.FlushFolder && path == StoreStage.Downloads) flushes++;
            return null;
        };
        _stage.Reopen();
        Assert.Equal(1, flushes);
    }

    public void Dispose() => _stage.Dispose();

    /// <summary>A download with its first two chunks.</summary>
    private (Manifest Manifest, byte[] Bytes) Begun()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        _stage.Open(manifest);
        for (var chunk = 0; chunk < 2; chunk++) _stage.Do(StoreStage.Piece(manifest, bytes, chunk, 0, 65_536));
        _stage.Commit();
        return (manifest, bytes);
    }

    private void AssertFinishedOnce(Manifest manifest, byte[] bytes)
    {
        foreach (var piece in StoreStage.Pieces(manifest, bytes, 65_536)) _stage.Do(piece);
        _stage.Commit();
        _stage.Do<StorageResult.DownloadFinished>(new StorageRequest.FinishDownload(manifest.Id));
        Assert.Equal(bytes, _stage.Memory.BytesOf("/downloads/song.flac"));
        Assert.Equal(["/downloads/song.flac"], _stage.Memory.Files.Where(path => path.StartsWith("/downloads/")));
    }
}
