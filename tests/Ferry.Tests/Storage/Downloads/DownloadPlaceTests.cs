using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.TestKit.Disks;
using Ferry.Tests.Storage.Store;
using Xunit;

namespace Ferry.Tests.Storage.Downloads;

public sealed class DownloadPlaceTests : IDisposable
{
    private const int Size = 70_000;
    private readonly StoreStage _stage = new();

    [Fact]
    public void Same_file_that_is_there_already_is_the_download()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        _stage.Memory.Put("/downloads/song.flac", bytes);
        var finished =
            _stage.Do<StorageResult.DownloadFinished>(new StorageRequest.OpenDownload(manifest, "song.flac", null));
        Assert.True(finished.AlreadyThere);
        Assert.Equal("/downloads/song.flac", finished.Path);
        Assert.Equal(["/downloads/song.flac"], _stage.Shares.Downloaded);
    }

    [Fact]
    public void Other_file_of_that_name_is_never_replaced()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        var (_, other) = StoreStage.Content(Size, seed: 2);
        _stage.Memory.Put("/downloads/song.flac", other);
        _stage.Open(manifest);
        Assert.Equal("/downloads/song (2).flac", _stage.Fetch(manifest, bytes).Path);
        Assert.Equal(other, _stage.Memory.BytesOf("/downloads/song.flac"));
    }

    /// <summary>The old one is there until the new one is, whatever a power cut takes back.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Other_file_of_that_name_is_replaced_if_that_is_wanted(bool crashes)
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        var (_, other) = StoreStage.Content(Size, seed: 2);
        _stage.Memory.Put("/downloads/song.flac", other);
        _stage.Do<StorageResult.DownloadOpened>(Overwriting(manifest));
        Assert.Equal(other, _stage.Memory.BytesOf("/downloads/song.flac"));
        if (crashes)
        {
            foreach (var piece in StoreStage.Pieces(manifest, bytes, 60_000)) Assert.Empty(_stage.Do(piece));
            _stage.Commit();
            _stage.Memory.Faults.Rule = (operation, _) =>
                operation == DiskOperation.Replace ? DiskError.Faulty : null;
            _stage.Do<StorageResult.DownloadStalled>(new StorageRequest.FinishDownload(manifest.Id));
            _stage.Memory.Faults.Clear();
            _stage.Reopen();
            Assert.Equal(other, _stage.Memory.BytesOf("/downloads/song.flac"));
        }
        var finished = crashes
            ? _stage.Do<StorageResult.DownloadFinished>(new StorageRequest.FinishDownload(manifest.Id))
            : _stage.Fetch(manifest, bytes);
        Assert.Equal("/downloads/song.flac", finished.Path);
        Assert.Equal(bytes, _stage.Memory.BytesOf("/downloads/song.flac"));
        Assert.Equal(["/downloads/song.flac"], _stage.Memory.List("/downloads"));
    }

    [Fact]
    public void Folder_of_that_name_is_never_replaced()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        _stage.Memory.CreateDirectory("/downloads/song.flac");
        _stage.Do<StorageResult.DownloadOpened>(Overwriting(manifest));
        Assert.Equal("/downloads/song (2).flac", _stage.Fetch(manifest, bytes).Path);
    }

    [Fact]
    public void File_made_meanwhile_is_not_replaced_either()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        _stage.Open(manifest);
        _stage.Memory.Put("/downloads/song.flac", [1]);
        Assert.Equal("/downloads/song (2).flac", _stage.Fetch(manifest, bytes).Path);
        Assert.Equal([1], _stage.Memory.BytesOf("/downloads/song.flac"));
    }

    [Fact]
    public void Two_contents_of_one_name_become_two_files()
    {
        var (first, firstBytes) = StoreStage.Content(Size);
        var (second, secondBytes) = StoreStage.Content(Size, seed: 2);
        var parts = new[] { _stage.Open(first).PartPath, _stage.Open(second).PartPath };
        Assert.Equal(2, parts.Distinct().Count());
        Assert.Equal("/downloads/song (2).flac", _stage.Fetch(second, secondBytes).Path);
        Assert.Equal("/downloads/song.flac", _stage.Fetch(first, firstBytes).Path);
    }

    [Fact]
    public void Partial_file_of_somebody_else_is_left_alone()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        _stage.Memory.Put("/downloads/song.flac.part", [1]);
        Assert.Equal("/downloads/song.flac.2.part", _stage.Open(manifest).PartPath);
        Assert.Equal("/downloads/song.flac", _stage.Fetch(manifest, bytes).Path);
        Assert.Equal([1], _stage.Memory.BytesOf("/downloads/song.flac.part"));
    }

    [Fact]
    public void Partial_file_that_somebody_else_made_after_a_crash_is_left_alone()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        var part = _stage.Open(manifest).PartPath;
        _stage.Memory.Put(part, [1, 2, 3]);
        _stage.Reopen();
        foreach (var piece in StoreStage.Pieces(manifest, bytes, 60_000)) _stage.Do(piece);
        _stage.Do<StorageResult.DownloadOpened>(new StorageRequest.RetryDownload(manifest.Id));
        Assert.Equal("/downloads/song.flac", _stage.Fetch(manifest, bytes).Path);
        Assert.Equal([1, 2, 3], _stage.Memory.BytesOf(part));
    }

    [Fact]
    public void Name_that_the_file_system_does_not_hold_is_changed_and_no_other()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no name with a colon is tried there");
        var (manifest, bytes) = StoreStage.Content(Size);
        var (other, otherBytes) = StoreStage.Content(Size, seed: 2);
        _stage.Memory.Faults.Rule = (operation, path) =>
            operation == DiskOperation.Create && path.StartsWith("/usb/", StringComparison.Ordinal)
                && path.Contains(':', StringComparison.Ordinal) ? DiskError.BadPath : null;
        _stage.Open(manifest, "music/take 1: slow.flac", "/usb/");
        _stage.Reopen();
        Assert.Equal("/usb/take 1_ slow.flac", _stage.Fetch(manifest, bytes).Path);
        var again = new StorageRequest.OpenDownload(manifest, "music/take 1: slow.flac", "/usb/");
        Assert.True(_stage.Do<StorageResult.DownloadFinished>(again).AlreadyThere);
        _stage.Open(other, "music/take 1: slow.flac");
        Assert.Equal("/downloads/take 1: slow.flac", _stage.Fetch(other, otherBytes).Path);
    }

    [Fact]
    public void Name_that_the_user_chose_is_not_changed()
    {
        var (manifest, _) = StoreStage.Content(Size);
        _stage.Memory.Faults.Rule = (operation, _) => operation == DiskOperation.Create ? DiskError.BadPath : null;
        var request = new StorageRequest.OpenDownload(manifest, "song.flac", "/usb/take: 2");
        Assert.Equal(DiskTrouble.BadPath, _stage.Do<StorageResult.DownloadStalled>(request).Trouble);
    }

    [Theory]
    [InlineData("/elsewhere/new/", "/elsewhere/new/song.flac")]
    [InlineData("/there", "/there/song.flac")]
    [InlineData("/elsewhere/new/tune.flac", "/elsewhere/new/tune.flac")]
    public void Output_path_is_a_folder_or_the_file_itself(string output, string expected)
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        _stage.Memory.Put("/there/anything", [1]);
        _stage.Open(manifest, "song.flac", output);
        Assert.Equal(expected, _stage.Fetch(manifest, bytes).Path);
    }

    [Fact]
    public void Output_path_that_is_not_absolute_is_a_bad_path()
    {
        var (manifest, _) = StoreStage.Content(Size);
        var request = new StorageRequest.OpenDownload(manifest, "song.flac", "song.flac");
        Assert.Equal(DiskTrouble.BadPath, _stage.Do<StorageResult.DownloadStalled>(request).Trouble);
    }

    [Fact]
    public void Abandoned_download_leaves_nothing()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        _stage.Open(manifest);
        _stage.Do(StoreStage.Piece(manifest, bytes, 0, 0, 65_536));
        _stage.Do<StorageResult.DownloadAbandoned>(new StorageRequest.AbandonDownload(manifest.Id));
        Assert.Equal(0, _stage.Store.UncommittedBytes);
        Assert.All(_stage.Memory.Files, path => Assert.EndsWith(".wal", path, StringComparison.Ordinal));
        _stage.Reopen();
        Assert.Empty(_stage.Store.Recovered.Downloads);
    }

    public void Dispose() => _stage.Dispose();

    private static StorageRequest.OpenDownload Overwriting(Manifest manifest) =>
        new(manifest, "song.flac", null) { Overwrites = true };
}
