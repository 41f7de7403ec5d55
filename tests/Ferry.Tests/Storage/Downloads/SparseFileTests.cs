using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Store;
using Ferry.TestKit.Disks;
using Ferry.Tests.Storage.Store;
using Xunit;

namespace Ferry.Tests.Storage.Downloads;

/// <summary>Zeros are neither fetched nor do they take room.</summary>
public sealed class SparseFileTests : IDisposable
{
    private const int Chunk = 65_536;
    private const string Final = "/downloads/song.flac";
    private readonly StoreStage _stage = new();

    public void Dispose() => _stage.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(77)]
    public void Chunks_of_zeros_are_durable_as_soon_as_the_manifest_is_known(int tail)
    {
        var (manifest, bytes) = StoreStage.Sparse(5 * Chunk + tail, holes: [0, 1, 3, 5]);
        var opened = _stage.Open(manifest);
        int[] held = tail == 0 ? [0, 1, 3] : [0, 1, 3, 5];
        Assert.Equal(held, Enumerable.Range(0, 6).Where(opened.Durable.Contains));
        _stage.Reopen();
        Assert.Equal(held.Length, Assert.Single(_stage.Store.Recovered.Downloads).Durable.Count);
        foreach (var chunk in new[] { 2, 4 }) _stage.Do(StoreStage.Piece(manifest, bytes, chunk, 0, Chunk));
        _stage.Commit();
        _stage.Do<StorageResult.DownloadFinished>(new StorageRequest.FinishDownload(manifest.Id));
        Assert.Equal(bytes, _stage.Memory.BytesOf(Final));
        Assert.InRange(_stage.Memory.Inspect(files => files[Final].UsedBytes), 1, 2 * Chunk + SimFile.SectorBytes);
    }

    [Fact]
    public void File_of_nothing_but_zeros_is_whole_at_once()
    {
        var (manifest, bytes) = StoreStage.Sparse(3 * Chunk, holes: [0, 1, 2]);
        Assert.True(_stage.Open(manifest).Durable.IsFull);
        _stage.Do<StorageResult.DownloadFinished>(new StorageRequest.FinishDownload(manifest.Id));
        Assert.Equal(bytes, _stage.Memory.BytesOf(Final));
        Assert.Equal(0, _stage.Memory.Inspect(files => files[Final].UsedBytes));
    }

    [Fact]
    public void Disk_needs_room_for_what_is_no_hole_alone()
    {
        var (manifest, _) = StoreStage.Sparse(64 * Chunk, holes: [.. Enumerable.Range(1, 63)]);
        _stage.Memory.Faults.CapacityBytes = 8 * Chunk;
        _stage.Open(manifest);
        Assert.InRange(_stage.Memory.Inspect(files => files[Final + ".part"].UsedBytes), Chunk, Chunk);
    }

    [Fact]
    public void What_another_program_writes_into_a_hole_is_found_and_made_zeros_again()
    {
        var (manifest, bytes) = StoreStage.Sparse(3 * Chunk, holes: [0, 2]);
        _stage.Open(manifest);
        _stage.Do(StoreStage.Piece(manifest, bytes, 1, 0, Chunk));
        _stage.Commit();
        using (var file = _stage.Memory.Open(Final + ".part", DiskOpen.ReadWrite)) file.Write([1, 2, 3, 4], 9);
        _stage.Do<StorageResult.DownloadStalled>(new StorageRequest.FinishDownload(manifest.Id));
        Assert.True(
            _stage.Do<StorageResult.DownloadOpened>(new StorageRequest.RetryDownload(manifest.Id)).Durable.IsFull);
        _stage.Do<StorageResult.DownloadFinished>(new StorageRequest.FinishDownload(manifest.Id));
        Assert.Equal(bytes, _stage.Memory.BytesOf(Final));
    }

    [Fact]
    public void Chunk_is_written_without_its_blocks_of_zeros()
    {
        var disk = new SimDisk();
        disk.CreateDirectory("/d");
        using var file = disk.Open("/d/a", DiskOpen.CreateNew);
        file.Write([.. Enumerable.Repeat((byte)9, 5 * Zeros.BlockBytes)], 0);
        var bytes = new byte[4 * Zeros.BlockBytes + 5];
        bytes[Zeros.BlockBytes + 7] = 1;
        bytes[^1] = 2;
        Zeros.Write(file, bytes, 1000);
        var read = new byte[bytes.Length];
        Assert.Equal(bytes.Length, file.Read(read, 1000));
        Assert.Equal(bytes, read);
        var used = disk.Inspect(files => files["/d/a"].UsedBytes);
        Assert.InRange(used, 2 * Zeros.BlockBytes, 3 * Zeros.BlockBytes);
    }
}
