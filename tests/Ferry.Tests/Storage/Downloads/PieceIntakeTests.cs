using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Storage.Downloads;
using Ferry.Tests.Storage.Store;
using Xunit;

namespace Ferry.Tests.Storage.Downloads;

public sealed class PieceIntakeTests : IDisposable
{
    private const int Chunk = 65_536;
    private readonly StoreStage _stage = new();

    [Fact]
    public void Broken_seal_is_nobodys_fault_and_the_piece_can_come_again()
    {
        var (manifest, bytes) = StoreStage.Content(Chunk);
        _stage.Open(manifest);
        Assert.Empty(_stage.Do(StoreStage.Piece(manifest, bytes, 0, 0, 40_000)));
        // It overlaps what is there already, which must stay as it is.
        var dropped = _stage.Do<StorageResult.PiecesDropped>(
            StoreStage.Piece(manifest, bytes, 0, 30_000, Chunk - 30_000, goodSeal: false));
        Assert.Equal(0, dropped.Chunk);
        Assert.Empty(_stage.Do(StoreStage.Piece(manifest, bytes, 0, 30_000, Chunk - 30_000)));
        Assert.Equal([0], Assert.IsType<StorageResult.ChunksDurable>(Assert.Single(_stage.Commit())).Chunks);
    }

    [Fact]
    public void Chunk_with_a_wrong_hash_is_traced_to_its_transfer_and_spoils_no_other()
    {
        var (manifest, bytes) = StoreStage.Content(Chunk);
        var (_, lies) = StoreStage.Content(Chunk, seed: 2);
        var (honest, liar) = (new TransferId(1), new TransferId(2));
        _stage.Open(manifest);
        Assert.Empty(_stage.Do(StoreStage.Piece(manifest, lies, 0, 0, 40_000, liar)));
        Assert.Empty(_stage.Do(StoreStage.Piece(manifest, bytes, 0, 0, 40_000, honest)));
        var rejected =
            _stage.Do<StorageResult.ChunkRejected>(StoreStage.Piece(manifest, lies, 0, 40_000, Chunk - 40_000, liar));
        Assert.Equal(liar, rejected.Transfer);
        Assert.Empty(_stage.Do(StoreStage.Piece(manifest, bytes, 0, 40_000, Chunk - 40_000, honest)));
        Assert.Single(_stage.Commit());
    }

    [Fact]
    public void Dropped_pieces_have_to_come_again()
    {
        var (manifest, bytes) = StoreStage.Content(Chunk);
        _stage.Open(manifest);
        _stage.Do(StoreStage.Piece(manifest, bytes, 0, 0, 40_000, new TransferId(1)));
        _stage.Do(new StorageRequest.DropPieces(manifest.Id, new TransferId(1)));
        _stage.Do(StoreStage.Piece(manifest, bytes, 0, 40_000, Chunk - 40_000, new TransferId(1)));
        Assert.Empty(_stage.Commit());
        _stage.Do(StoreStage.Piece(manifest, bytes, 0, 0, 40_000, new TransferId(1)));
        Assert.Single(_stage.Commit());
    }

    [Fact]
    public void Chunk_that_is_durable_is_told_again_when_it_comes_again()
    {
        var (manifest, bytes) = StoreStage.Content(Chunk);
        _stage.Open(manifest);
        _stage.Do(StoreStage.Piece(manifest, bytes, 0, 0, Chunk));
        Assert.Empty(_stage.Do(StoreStage.Piece(manifest, bytes, 0, 0, Chunk)));
        _stage.Commit();
        Assert.Equal([0],
            _stage.Do<StorageResult.ChunksDurable>(StoreStage.Piece(manifest, bytes, 0, 0, Chunk)).Chunks);
        Assert.Empty(_stage.Commit());
    }

    [Theory]
    [InlineData(-1, 0, 10)]
    [InlineData(2, 0, 10)]
    [InlineData(int.MaxValue, 0, 10)]
    [InlineData(0, -1, 10)]
    [InlineData(0, Chunk - 9, 10)]
    [InlineData(1, 100, 1)]
    [InlineData(0, int.MaxValue, 10)]
    [InlineData(0, 0, 0)]
    [InlineData(0, 0, -20)]
    [InlineData(0, 0, WireLimits.PieceBytesMax + 1)]
    public void Piece_that_does_not_fit_is_dropped(int chunk, int offset, int count)
    {
        var (manifest, _) = StoreStage.Content(Chunk + 100);
        _stage.Open(manifest);
        var body = new BytesPayload(new byte[Math.Max(0, count + FileTransfer.SealBytes)]);
        var piece = new FileTransfer(default, default, chunk, offset, 0, count + FileTransfer.SealBytes);
        _stage.Do<StorageResult.PiecesDropped>(new StorageRequest.PersistPiece(manifest.Id, piece, body));
        Assert.Equal(1, body.Disposals);
    }

    [Fact]
    public void Piece_of_an_unknown_content_is_dropped()
    {
        var (manifest, bytes) = StoreStage.Content(Chunk);
        _stage.Do<StorageResult.PiecesDropped>(StoreStage.Piece(manifest, bytes, 0, 0, 100));
    }

    [Fact]
    public void Memory_of_incomplete_chunks_is_bounded()
    {
        var assemblies = new ChunkAssemblies();
        var dropped = new List<ChunkKey>();
        for (var chunk = 0; chunk < 100; chunk++)
        {
            var (assembly, _) = assemblies.Claim(new ChunkKey(default, chunk, default), 4 << 20, 0, 1024, dropped);
            assemblies.Settle(assembly!, 0, 1024, opened: true, aside: []);
            Assert.True(assemblies.Bytes <= ChunkAssemblies.BytesMax);
        }
        // The oldest went, and the core hears which: a piece of them is new again. The latest stayed.
        Assert.Equal(Enumerable.Range(0, 68), dropped.Select(key => key.Chunk));
        Assert.Equal(PieceFit.Fresh, ClaimAgain(0));
        Assert.Equal(PieceFit.Known, ClaimAgain(99));

        PieceFit ClaimAgain(int chunk) =>
            assemblies.Claim(new ChunkKey(default, chunk, default), 4 << 20, 0, 1024, dropped).Fit;
    }

    [Fact]
    public void Transfer_that_begins_chunks_and_ends_none_spoils_none_of_another()
    {
        var assemblies = new ChunkAssemblies();
        var dropped = new List<ChunkKey>();
        Bring(chunk: 0, new TransferId(1));
        for (var chunk = 0; chunk < 100; chunk++) Bring(chunk, new TransferId(2));
        Assert.NotEmpty(dropped);
        Assert.All(dropped, key => Assert.Equal(new TransferId(2), key.Transfer));

        void Bring(int chunk, TransferId transfer)
        {
            var (assembly, _) = assemblies.Claim(new ChunkKey(default, chunk, transfer), 4 << 20, 0, 1024, dropped);
            assemblies.Settle(assembly!, 0, 1024, opened: true, aside: []);
        }
    }

    [Fact]
    public void Threads_that_bring_overlapping_pieces_at_once_make_up_the_file()
    {
        var (manifest, bytes) = StoreStage.Content(40 * Chunk + 3);
        for (var round = 0; round < 5; round++)
        {
            using var stage = new StoreStage();
            stage.Open(manifest);
            var pieces = StoreStage.Pieces(manifest, bytes, 9_000).Concat(StoreStage.Pieces(manifest, bytes, 7_777))
                .Concat(StoreStage.Pieces(manifest, bytes, 9_000)).ToArray();
            new Random(round).Shuffle(pieces);
            var durable = new HashSet<int>();
            Parallel.ForEach(pieces.Select((piece, index) => (piece, index)),
                new ParallelOptions { MaxDegreeOfParallelism = 4 }, work =>
            {
                var results = stage.Do(work.piece);
                if (work.index % 100 == 0) results.AddRange(stage.Commit());
                lock (durable) durable.UnionWith(
                    results.Cast<StorageResult.ChunksDurable>().SelectMany(result => result.Chunks));
            });
            foreach (var piece in pieces) stage.Do(piece);
            durable.UnionWith(stage.Commit().Cast<StorageResult.ChunksDurable>().SelectMany(result => result.Chunks));
            Assert.Equal(manifest.Layout.ChunkCount, durable.Count);
            Assert.Equal(0, stage.Store.UncommittedBytes);
            var finished = stage.Do<StorageResult.DownloadFinished>(new StorageRequest.FinishDownload(manifest.Id));
            Assert.True(stage.Memory.BytesOf(finished.Path).AsSpan().SequenceEqual(bytes));
        }
    }

    public void Dispose() => _stage.Dispose();
}
