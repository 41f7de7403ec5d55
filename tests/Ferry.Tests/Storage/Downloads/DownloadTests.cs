using Ferry.Protocol;
using Ferry.Storage.Disk;
using Ferry.Storage.Downloads;
using Ferry.TestKit.Disks;
using Ferry.Tests.Protocol.Transfer;
using Ferry.Tests.Storage.Store;
using Xunit;
using Path = System.IO.Path;

namespace Ferry.Tests.Storage.Downloads;

public sealed class DownloadTests
{
    private const int Size = 5 * 65_536 + 1234;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Pieces_in_any_order_and_twice_make_up_the_file(int seed)
    {
        using var stage = new StoreStage();
        var (manifest, bytes) = StoreStage.Content(Size);
        stage.Open(manifest);
        var pieces =
            StoreStage.Pieces(manifest, bytes, 10_000).Concat(StoreStage.Pieces(manifest, bytes, 7_001)).ToArray();
        new Random(seed).Shuffle(pieces);
        foreach (var piece in pieces) Assert.Empty(stage.Do(piece));
        Assert.Equal(Size, stage.Store.UncommittedBytes);

        var durable = Assert.IsType<StorageResult.ChunksDurable>(Assert.Single(stage.Commit()));
        Assert.Equal(Enumerable.Range(0, 6), durable.Chunks);
        Assert.Equal(0, stage.Store.UncommittedBytes);
        var finished = stage.Do<StorageResult.DownloadFinished>(new StorageRequest.FinishDownload(manifest.Id));
        Assert.Equal("/downloads/song.flac", finished.Path);
        Assert.False(finished.AlreadyThere);
        Assert.Equal(bytes, stage.Memory.BytesOf(finished.Path));
        Assert.DoesNotContain(stage.Memory.Files, path =>
            path.EndsWith(DownloadPlace.PartEnding, StringComparison.Ordinal));
        Assert.All(pieces, piece => Assert.Equal(1, ((BytesPayload)piece.Body).Disposals));
    }

    /// <summary>A card takes 50 ms for a flush, and small files come by the hundred.</summary>
    [Fact]
    public void Download_flushes_its_folder_once_for_each_of_its_names()
    {
        using var stage = new StoreStage();
        var (manifest, bytes) = StoreStage.Content(Size);
        var flushes = 0;
        stage.Memory.Faults.Rule = (operation, path) =>
        {
            if (operation == DiskOperation.FlushFolder && path == "/downloads") flushes++;
            return null;
        };
        stage.Open(manifest);
        Assert.Equal(1, flushes);
        stage.Fetch(manifest, bytes);
        Assert.Equal(2, flushes);
    }

    [Fact]
    public void Empty_content_is_finished_at_once()
    {
        using var stage = new StoreStage();
        var (manifest, _) = StoreStage.Content(0);
        Assert.True(stage.Open(manifest, "empty").Durable.IsFull);
        Assert.Equal("/downloads/empty",
            stage.Do<StorageResult.DownloadFinished>(new StorageRequest.FinishDownload(manifest.Id)).Path);
        Assert.Empty(stage.Memory.BytesOf("/downloads/empty"));
    }

    [Fact]
    public void Real_disk_takes_a_download()
    {
        using var folder = new TemporaryFolder();
        using var stage = new StoreStage(new FileDisk(), folder["home"], folder["a/downloads"]);
        var (manifest, bytes) = StoreStage.Content(Size);
        stage.Open(manifest);
        var finished = stage.Fetch(manifest, bytes);
        Assert.Equal(bytes, File.ReadAllBytes(finished.Path));
        Assert.Equal([finished.Path], Directory.GetFiles(folder["a/downloads"]));
        stage.Store.Dispose();
        stage.Reopen();
        Assert.Empty(stage.Store.RecoveryWarnings);
        Assert.Empty(stage.Store.Recovered.Downloads);
    }
}
