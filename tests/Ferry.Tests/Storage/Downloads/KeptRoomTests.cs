using Ferry.Protocol;
using Ferry.Storage.Disk;
using Ferry.Storage.Downloads;
using Ferry.TestKit.Disks;
using Ferry.Tests.Storage.Store;
using Xunit;

namespace Ferry.Tests.Storage.Downloads;

/// <summary>Downloads leave room on a disk for others.</summary>
public sealed class KeptRoomTests
{
    private const int Chunk = 65_536;
    private const int Size = 5 * Chunk;
    private const int Kept = 20 * Chunk;

    private readonly SimDisk _disk = new();

    [Fact]
    public void Download_that_would_leave_too_little_waits_and_takes_nothing_until_there_is_room()
    {
        using var stage = new StoreStage(_disk, keepFree: Kept);
        var (manifest, bytes) = StoreStage.Content(Size);
        Leave(Kept + Size / 2);
        var stalled = stage.Do<StorageResult.DownloadStalled>(
            new StorageRequest.OpenDownload(manifest, "song.flac", null));
        Assert.Equal(DiskTrouble.Full, stalled.Trouble);
        Assert.Contains(
            "song.flac: /downloads has no room for 328 KB more: 1.5 MB are free, and 1.3 MB are to stay free",
            stalled.Text, StringComparison.Ordinal);
        Assert.Contains("--keep-free", stalled.Text, StringComparison.Ordinal);
        Assert.Equal(0, TakenBy("/downloads/song.flac.part"));

        // It is in the log: a restart does not forget it.
        stage.Reopen();
        Assert.Single(stage.Store.Recovered.Downloads);
        stage.Do<StorageResult.DownloadStalled>(new StorageRequest.OpenDownload(manifest, "song.flac", null));
        Leave(Kept + Size + Chunk);
        stage.Do<StorageResult.DownloadOpened>(new StorageRequest.RetryDownload(manifest.Id));
        stage.Fetch(manifest, bytes);
    }

    [Fact]
    public void Room_that_a_download_has_already_is_not_asked_for_again()
    {
        using var stage = new StoreStage(_disk, keepFree: Kept);
        var (manifest, bytes) = StoreStage.Content(Size);
        Leave(Kept + Size + Chunk);
        stage.Open(manifest);
        Leave(Chunk);
        stage.Reopen();
        stage.Open(manifest);
        stage.Fetch(manifest, bytes);
    }

    [Fact]
    public void Two_downloads_are_not_given_the_same_room()
    {
        using var stage = new StoreStage(_disk, keepFree: Kept);
        Leave(Kept + Size + Size / 2);
        stage.Open(StoreStage.Content(Size).Manifest, "a");
        stage.Do<StorageResult.DownloadStalled>(
            new StorageRequest.OpenDownload(StoreStage.Content(Size, seed: 2).Manifest, "b", null));
    }

    [Fact]
    public void Holes_need_no_room()
    {
        using var stage = new StoreStage(_disk, keepFree: Kept);
        Leave(Kept + 3 * Chunk);
        stage.Open(StoreStage.Sparse(100 * Chunk, holes: [.. Enumerable.Range(1, 99)]).Manifest);
    }

    /// <summary>A file system need not take back by itself what it could reserve before it was full.</summary>
    [Fact]
    public void Reservation_that_fails_is_given_back()
    {
        var disk = new Reserving(_disk) { Fails = true };
        using var stage = new StoreStage(disk);
        var (manifest, bytes) = StoreStage.Content(Size);
        stage.Do<StorageResult.DownloadStalled>(new StorageRequest.OpenDownload(manifest, "song.flac", null));
        Assert.Equal(0, TakenBy("/downloads/song.flac.part"));
        disk.Fails = false;
        stage.Do<StorageResult.DownloadOpened>(new StorageRequest.RetryDownload(manifest.Id));
        stage.Fetch(manifest, bytes);
    }

    /// <summary>Nothing is promised to a download then, and others take of the same room.</summary>
    [Fact]
    public void Where_nothing_can_be_reserved_each_commit_looks_again()
    {
        using var stage = new StoreStage(new Reserving(_disk) { Refuses = true }, keepFree: Kept);
        var (manifest, bytes) = StoreStage.Content(Size);
        Leave(Kept + Size + Chunk);
        stage.Open(manifest);
        stage.Do(StoreStage.Piece(manifest, bytes, 0, 0, Chunk));
        Assert.IsType<StorageResult.ChunksDurable>(Assert.Single(stage.Commit()));
        Leave(Kept + Chunk);
        stage.Do(StoreStage.Piece(manifest, bytes, 1, 0, Chunk));
        Assert.Collection(
            stage.Commit(),
            first => Assert.Equal([1], Assert.IsType<StorageResult.ChunksDurable>(first).Chunks),
            then => Assert.Equal(DiskTrouble.Full, Assert.IsType<StorageResult.DownloadStalled>(then).Trouble));
        Leave(Kept + Size);
        var opened = stage.Do<StorageResult.DownloadOpened>(new StorageRequest.RetryDownload(manifest.Id));
        Assert.Equal(2, opened.Durable.Count);
        for (var chunk = 2; chunk < 5; chunk++) stage.Do(StoreStage.Piece(manifest, bytes, chunk, 0, Chunk));
        Assert.IsType<StorageResult.ChunksDurable>(Assert.Single(stage.Commit()));
        stage.Do<StorageResult.DownloadFinished>(new StorageRequest.FinishDownload(manifest.Id));
    }

    [Theory]
    [InlineData(10, KeptRoom.BytesMin)]
    [InlineData(100, (100L << 30) / KeptRoom.PartsOfDisk)]
    public void Unless_told_otherwise_a_part_of_the_disk_is_kept(int gibibytes, long kept)
    {
        using var stage = new StoreStage(new Sized(_disk, (long)gibibytes << 30, kept + Size), keepFree: null);
        stage.Open(StoreStage.Content(Size).Manifest);
        stage.Do<StorageResult.DownloadStalled>(
            new StorageRequest.OpenDownload(StoreStage.Content(Size + 1, seed: 2).Manifest, "b", null));
    }

    private void Leave(long bytes) => _disk.Faults.CapacityBytes = _disk.UsedBytes + bytes;

    private long TakenBy(string path) => _disk.Inspect(files => files[path].UsedBytes);

    /// <summary>Always as large, and as full.</summary>
    private sealed class Sized(IDisk disk, long total, long free) : WrappedDisk(disk)
    {
        public override DiskSpace? SpaceOf(string folder) => new DiskSpace(total, free);
    }

    private sealed class Reserving(IDisk disk) : WrappedDisk(disk)
    {
        /// <summary>After half of it.</summary>
        public bool Fails { get; set; }

        public bool Refuses { get; init; }

        public override IDiskFile Open(string path, DiskOpen mode) => new Opened(this, path, base.Open(path, mode));

        private sealed class Opened(Reserving disk, string path, IDiskFile file) : WrappedFile(file)
        {
            public override bool Reserve(long offset, long length)
            {
                if (disk.Refuses) return false;
                if (!disk.Fails) return base.Reserve(offset, length);
                base.Reserve(offset, length / 2);
                throw new DiskException(DiskError.Full, $"no room is left on the disk for {path}");
            }
        }
    }
}
