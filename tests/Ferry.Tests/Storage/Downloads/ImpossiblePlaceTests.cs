using Ferry.Protocol;
using Ferry.Storage.Disk;
using Ferry.TestKit.Disks;
using Ferry.Tests.Storage.Store;
using Xunit;

namespace Ferry.Tests.Storage.Downloads;

/// <summary>A place where the file cannot be is told at once, and nothing is left there.</summary>
public sealed class ImpossiblePlaceTests : IDisposable
{
    private const int Size = 3 * 65_536;
    private readonly StoreStage _stage = new();

    public ImpossiblePlaceTests() => _stage.Memory.CreateDirectory("/usb");

    public void Dispose() => _stage.Dispose();

    [Theory]
    [InlineData("/usb/song.flac")]
    [InlineData("/usb/new/folder/")]
    public void Output_that_cannot_be_written_fails(string output)
    {
        _stage.Memory.Faults.ReadOnlyUnder = "/usb";
        AssertFails(output);
    }

    /// <summary>As in /proc: the folder is there, and no file can be made in it.</summary>
    [Fact]
    public void Output_where_no_file_can_be_made_fails()
    {
        _stage.Memory.Faults.Rule = (operation, path) =>
            operation == DiskOperation.Create && path.StartsWith("/usb/", StringComparison.Ordinal)
                ? DiskError.NotFound : null;
        AssertFails("/usb/song.flac");
    }

    [Theory]
    [InlineData("/usb/song.flac")]
    [InlineData(null)]
    public void Place_that_takes_no_file_of_that_size_fails(string? output)
    {
        _stage.Memory.Faults.Rule = (operation, path) =>
            operation == DiskOperation.SetLength && path.EndsWith(".part", StringComparison.Ordinal)
                ? DiskError.TooLarge : null;
        AssertFails(output);
    }

    /// <summary>It is the node's own: whoever runs it can give it back.</summary>
    [Fact]
    public void Downloads_folder_that_cannot_be_written_is_waited_for()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        _stage.Memory.Faults.ReadOnlyUnder = StoreStage.Downloads;
        var stalled =
            _stage.Do<StorageResult.DownloadStalled>(new StorageRequest.OpenDownload(manifest, "song.flac", null));
        Assert.Equal(DiskTrouble.NotWritable, stalled.Trouble);
        _stage.Memory.Faults.Clear();
        _stage.Do<StorageResult.DownloadOpened>(new StorageRequest.RetryDownload(manifest.Id));
        _stage.Fetch(manifest, bytes);
    }

    private void AssertFails(string? output)
    {
        var (manifest, _) = StoreStage.Content(Size);
        var stalled =
            _stage.Do<StorageResult.DownloadStalled>(new StorageRequest.OpenDownload(manifest, "song.flac", output));
        Assert.Equal(DiskTrouble.BadPath, stalled.Trouble);
        Assert.Contains("--output", stalled.Text, StringComparison.Ordinal);
        _stage.Memory.Faults.Clear();
        _stage.Do<StorageResult.DownloadAbandoned>(new StorageRequest.AbandonDownload(manifest.Id));
        Assert.DoesNotContain(_stage.Memory.Files, path => path.EndsWith(".part", StringComparison.Ordinal));
        _stage.Reopen();
        Assert.Empty(_stage.Store.Recovered.Downloads);
        Assert.Empty(_stage.Store.RecoveryWarnings);
    }
}
