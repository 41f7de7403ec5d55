using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Seals;
using Ferry.Runtime.Workers;
using Ferry.Storage.Shares;
using Ferry.Storage.Store;
using Ferry.TestKit.Disks;
using Ferry.Tests.Storage.Store;
using Ferry.Transports.Secure;
using Xunit;

namespace Ferry.Tests.Runtime.Workers;

public sealed class StorageWorkersTests : IAsyncDisposable
{
    private const int ChunkBytes = ChunkLayout.ChunkBytesMin;
    private readonly RuntimeStage _stage = new();
    private readonly Identity _identity = Identity.Create();
    private readonly SealKeyRing _seals;
    private readonly Manifest _shared;

    public StorageWorkersTests()
    {
        _seals = new SealKeyRing(_identity);
        (_shared, var bytes) = StoreStage.Content(10);
        _stage.Store.Memory.Put("/music/song.flac", bytes);
        var stamp = _stage.Store.Memory.Stamp("/music/song.flac")!.Value;
        _stage.Store.Shares.Add(new SharedSource(_shared, "song.flac", "/music/song.flac", stamp));
    }

    [Fact]
    public async Task What_was_written_is_durable_before_a_download_is_finished()
    {
        var (manifest, bytes) = StoreStage.Content(2 * ChunkBytes, seed: 2);
        _stage.Store.Open(manifest);
        foreach (var piece in StoreStage.Pieces(manifest, bytes, ChunkBytes)) Assert.Empty(_stage.Store.Do(piece));
        await using var workers = NewWorkers();
        workers.Post(new StorageRequest.FinishDownload(manifest.Id));
        Assert.Equal([0, 1], (await _stage.ResultAsync<StorageResult.ChunksDurable>()).Chunks);
        await _stage.ResultAsync<StorageResult.DownloadFinished>();
    }

    [Fact]
    public async Task Search_does_not_wait_for_the_log()
    {
        await using var workers = NewWorkers();
        using var hold = new DiskHold(_stage.Store.Memory, DiskOperation.Flush);
        workers.Post(OpenUpload(1));
        await hold.WhenBegunAsync();
        workers.Post(new StorageRequest.MatchShares(Some.Query(1), "song.flac", null, 10));
        Assert.Single((await _stage.ResultAsync<StorageResult.SharesMatched>()).Matches.Best);
        hold.Release();
        await _stage.ResultAsync<StorageResult.UploadOpened>();
    }

    /// <summary>
    /// A file of that length is there already: all of it is read, which takes as long as the disk wants.
    /// </summary>
    [Fact]
    public async Task Peers_do_not_wait_for_a_file_that_may_be_there_already()
    {
        var (manifest, bytes) = StoreStage.Content(2 * ChunkBytes, seed: 2);
        _stage.Store.Memory.Put($"{StoreStage.Downloads}/big.bin", bytes);
        await using var workers = NewWorkers();
        using var hold = new DiskHold(
            _stage.Store.Memory, DiskOperation.Read, path => path.EndsWith("big.bin", StringComparison.Ordinal));
        workers.Post(new StorageRequest.OpenDownload(manifest, "big.bin", null));
        await hold.WhenBegunAsync();
        workers.Post(OpenUpload(1));
        await _stage.ResultAsync<StorageResult.UploadOpened>();
        hold.Release();
        await _stage.ResultAsync<StorageResult.DownloadFinished>();
    }

    [Fact]
    public async Task Peers_are_turned_down_where_there_is_room_for_our_user()
    {
        await using var workers = NewWorkers(new StorageLimits { PeerRequestsMax = 1 });
        using var hold = new DiskHold(_stage.Store.Memory, DiskOperation.Flush);
        workers.Post(OpenUpload(1));
        await hold.WhenBegunAsync();
        workers.Post(OpenUpload(2));
        workers.Post(OpenUpload(3));
        Assert.Equal(
            new StorageResult.UploadRefused(Some.Transfer(3), RefusalReason.Busy),
            await _stage.ResultAsync<StorageResult.UploadRefused>());
        // Must not be lost, and is not answered.
        workers.Post(new StorageRequest.CloseUpload(Some.Transfer(9)));
        hold.Release();
        Assert.Equal(Some.Transfer(1), (await _stage.ResultAsync<StorageResult.UploadOpened>()).Transfer);
        Assert.Equal(Some.Transfer(2), (await _stage.ResultAsync<StorageResult.UploadOpened>()).Transfer);
    }

    [Fact]
    public async Task Piece_that_finds_no_room_is_dropped_with_its_body()
    {
        var chunks = Environment.ProcessorCount + 2;
        var (manifest, bytes) = StoreStage.Content(chunks * ChunkBytes, seed: 2);
        _stage.Store.Open(manifest);
        var pieces = StoreStage.Pieces(manifest, bytes, ChunkBytes).ToList();
        await using var workers = NewWorkers(new StorageLimits { PiecesMax = 1 });
        using var hold = new DiskHold(_stage.Store.Memory, DiskOperation.Write);
        for (var writing = 0; writing < Environment.ProcessorCount; writing++)
        {
            workers.Post(pieces[writing]);
            await hold.WhenBegunAsync(writing + 1);
        }
        workers.Post(pieces[^2]);
        workers.Post(pieces[^1]);
        Assert.Equal((0, 1), (((BytesPayload)pieces[^2].Body).Disposals, ((BytesPayload)pieces[^1].Body).Disposals));
    }

    /// <summary>Pieces are counted by their bytes: two thousand large ones would take half a gigabyte.</summary>
    [Fact]
    public async Task Piece_for_whose_bytes_there_is_no_room_is_dropped_and_those_of_another_download_are_not()
    {
        var (one, bytes) = StoreStage.Content(3 * ChunkBytes, seed: 2);
        var (other, otherBytes) = StoreStage.Content(ChunkBytes, seed: 3);
        _stage.Store.Open(one, "one.bin");
        _stage.Store.Open(other, "other.bin");
        var pieces = StoreStage.Pieces(one, bytes, ChunkBytes).ToList();
        var others = StoreStage.Pieces(other, otherBytes, ChunkBytes).ToList();
        await using var workers = NewWorkers(new StorageLimits { PieceBytesMax = 2 * (ChunkBytes + 100) });
        using (var hold = new DiskHold(_stage.Store.Memory, DiskOperation.Write))
        {
            workers.Post(pieces[0]);
            await hold.WhenBegunAsync();
            workers.Post(pieces[1]);
            Assert.Equal(1, (await _stage.ResultAsync<StorageResult.PiecesDropped>()).Chunk);
            Assert.Equal(1, ((BytesPayload)pieces[1].Body).Disposals);
            workers.Post(others[0]);
            hold.Release();
        }
        for (var download = 0; download < 2; download++)
            Assert.Equal([0], (await _stage.ResultAsync<StorageResult.ChunksDurable>()).Chunks);
        workers.Post(pieces[2]);
        Assert.Equal([2], (await _stage.ResultAsync<StorageResult.ChunksDurable>()).Chunks);
    }

    [Fact]
    public async Task What_was_posted_before_the_end_is_done_and_durable()
    {
        var (manifest, bytes) = StoreStage.Content(6 * ChunkBytes, seed: 2);
        _stage.Store.Open(manifest);
        await using (var workers = NewWorkers())
        {
            workers.Post(OpenUpload(1));
            foreach (var piece in StoreStage.Pieces(manifest, bytes, ChunkBytes / 2)) workers.Post(piece);
        }
        _stage.Store.Memory.Restart(PowerCutLosses.Nothing);
        _stage.Store.Reopen();
        Assert.True(Assert.Single(_stage.Store.Store.Recovered.Downloads).Durable.IsFull);
        Assert.Equal(Some.Transfer(1), Assert.Single(_stage.Store.Store.Recovered.Uploads).Transfer);
    }

    public async ValueTask DisposeAsync()
    {
        await _stage.DisposeAsync();
        _seals.Dispose();
        _identity.Dispose();
    }

    private StorageWorkers NewWorkers(StorageLimits? limits = null) => new(
        _stage.Store.Store, _seals, _stage.Links, _stage.Inbox, limits ?? new StorageLimits(), _stage.Life,
        _stage.Meter, _stage.Store.Time);

    private StorageRequest.OpenUpload OpenUpload(int transfer) =>
        new(Some.Transfer(transfer), _shared.Id, Some.Node(100 + transfer));
}
