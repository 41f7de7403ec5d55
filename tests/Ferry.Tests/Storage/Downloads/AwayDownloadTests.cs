using Ferry.Protocol;
using Ferry.Storage.Disk;
using Ferry.TestKit.Disks;
using Ferry.Tests.Storage.Store;
using Xunit;

namespace Ferry.Tests.Storage.Downloads;

public sealed class AwayDownloadTests : IDisposable
{
    private const int Size = 3 * 65_536;
    private readonly SimDisk _memory = new();
    private readonly StoreStage _stage;
    private bool _isMounted = true;

    public AwayDownloadTests()
    {
        var mounts = new MountPoints(null, path =>
            _isMounted && path.StartsWith("/usb", StringComparison.Ordinal) ? "/usb" : "/");
        _memory.CreateDirectory("/usb");
        _stage = new StoreStage(new MountedDisk(_memory, mounts), downloads: "/usb/downloads");
    }

    [Fact]
    public void Download_whose_disk_is_not_mounted_at_the_start_waits_and_loses_nothing()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        _stage.Open(manifest);
        _stage.Do(StoreStage.Piece(manifest, bytes, 0, 0, 65_536));
        _stage.Commit();
        _isMounted = false;
        var before = _memory.Files.Where(path => path.StartsWith("/usb", StringComparison.Ordinal)).ToList();
        _stage.Reopen();
        Assert.Equal(1, Assert.Single(_stage.Store.Recovered.Downloads).Durable.Count);
        var stalled = _stage.Do<StorageResult.DownloadStalled>(new StorageRequest.RetryDownload(manifest.Id));
        Assert.Equal(DiskTrouble.Away, stalled.Trouble);
        Assert.Contains("/usb is not mounted", stalled.Text, StringComparison.Ordinal);
        Assert.Equal(before, _memory.Files.Where(path => path.StartsWith("/usb", StringComparison.Ordinal)));
        _isMounted = true;
        var opened = _stage.Do<StorageResult.DownloadOpened>(new StorageRequest.RetryDownload(manifest.Id));
        Assert.Equal(1, opened.Durable.Count);
        foreach (var piece in StoreStage.Pieces(manifest, bytes, 65_536)) _stage.Do(piece);
        _stage.Commit();
        Assert.Equal("/usb/downloads/song.flac", _stage.Do<StorageResult.DownloadFinished>(
            new StorageRequest.FinishDownload(manifest.Id)).Path);
        Assert.Equal(bytes, _memory.BytesOf("/usb/downloads/song.flac"));
    }

    [Fact]
    public void New_download_makes_nothing_in_the_place_of_the_disk()
    {
        var (first, bytes) = StoreStage.Content(Size);
        var (second, _) = StoreStage.Content(Size, seed: 2);
        _stage.Open(first);
        _stage.Fetch(first, bytes);
        _isMounted = false;
        var files = _memory.Files.ToList();
        var request = new StorageRequest.OpenDownload(second, "other.flac", null);
        Assert.Equal(DiskTrouble.Away, _stage.Do<StorageResult.DownloadStalled>(request).Trouble);
        Assert.Equal(files, _memory.Files);
        _isMounted = true;
        _stage.Do<StorageResult.DownloadOpened>(new StorageRequest.RetryDownload(second.Id));
    }

    public void Dispose() => _stage.Dispose();
}
