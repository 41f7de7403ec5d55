using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Storage.Disk;
using Ferry.TestKit.Disks;
using Xunit;

namespace Ferry.Tests.Storage.Store;

/// <summary>
/// The power goes before every single operation of the disk in turn, and the work is done to its end afterwards.
/// </summary>
public sealed class StoreCrashTests
{
    private const int Size = 3 * 65_536 + 77;
    private static readonly TransferId Session = new(7);
    private static readonly FileTraits Traits = new(1_700_000_000_000_000_000, 0x1c0);

    [Theory]
    [InlineData(PowerCutLosses.Nothing, false)]
    [InlineData(PowerCutLosses.Everything, false)]
    [InlineData(null, false)]
    [InlineData(PowerCutLosses.Nothing, true)]
    [InlineData(PowerCutLosses.Everything, true)]
    [InlineData(null, true)]
    public void Nothing_acknowledged_is_lost_and_the_file_appears_once(long? outcome, bool isSparse)
    {
        var (manifest, bytes) = isSparse ? StoreStage.Sparse(Size, 0, 2) : StoreStage.Content(Size);
        for (var cutAt = 0; ; cutAt++)
        {
            using var stage = new StoreStage(new SimDisk("disk", new SeededRandom((ulong)cutAt)));
            stage.Memory.CrashAt = stage.Memory.Operations + 1 + cutAt;
            var acknowledged = new Acknowledged();
            try
            {
                Work(stage, manifest, bytes, acknowledged);
                Assert.True(cutAt > 20); // All operations have had their turn.
                return;
            }
            catch (SimCrash)
            {
                stage.Memory.Restart(outcome);
            }
            stage.Reopen();
            AssertKept(stage, manifest, acknowledged, $"power cut at {cutAt}");
            var strangers = stage.Memory.Files.Where(path => path.EndsWith(".part", StringComparison.Ordinal));
            Assert.True(strangers.Count() <= stage.Store.Recovered.Downloads.Count, $"power cut at {cutAt}");
            GoOn(stage, manifest, bytes);
            AssertFinishedOnce(stage, bytes, $"power cut at {cutAt}");
        }
    }

    /// <summary>The power goes a second time while the node recovers from the first.</summary>
    [Fact]
    public void Recovery_may_be_cut_off_too()
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        for (var seed = 0; seed < 400; seed++)
        {
            var chance = new Random(seed);
            var stage = new StoreStage(new SimDisk("disk", new SeededRandom((ulong)seed)));
            var acknowledged = new Acknowledged();
            for (var life = 0; life < 6; life++)
            {
                stage.Memory.CrashAt = life == 5 ? 0 : stage.Memory.Operations + 1 + chance.Next(120);
                try
                {
                    if (life > 0) stage.Reopen();
                    AssertKept(stage, manifest, acknowledged, $"seed {seed}, life {life}");
                    if (acknowledged.Finished) break;
                    Work(stage, manifest, bytes, acknowledged);
                }
                catch (SimCrash)
                {
                    stage.Memory.Restart(null);
                }
            }
            stage.Memory.CrashAt = 0;
            stage.Reopen();
            GoOn(stage, manifest, bytes);
            AssertFinishedOnce(stage, bytes, $"seed {seed}");
        }
    }

    /// <summary>Either it goes on, or nothing is left of it: never a file that nobody knows of.</summary>
    [Theory]
    [InlineData(PowerCutLosses.Nothing)]
    [InlineData(PowerCutLosses.Everything)]
    [InlineData(null)]
    public void Abandoned_download_leaves_nothing_behind_whenever_the_power_goes(long? outcome)
    {
        var (manifest, bytes) = StoreStage.Content(Size);
        for (var cutAt = 0; ; cutAt++)
        {
            using var stage = new StoreStage(new SimDisk("disk", new SeededRandom((ulong)cutAt)));
            stage.Open(manifest);
            stage.Do(StoreStage.Piece(manifest, bytes, 0, 0, 65_536));
            stage.Commit();
            stage.Memory.CrashAt = stage.Memory.Operations + 1 + cutAt;
            var ended = false;
            try
            {
                stage.Do<StorageResult.DownloadAbandoned>(new StorageRequest.AbandonDownload(manifest.Id));
                ended = true;
            }
            catch (SimCrash)
            {
                Assert.True(cutAt < 60);
            }
            stage.Memory.Restart(outcome);
            stage.Reopen();
            var left = stage.Memory.Files.Count(path => path.EndsWith(".part", StringComparison.Ordinal));
            Assert.True(left == stage.Store.Recovered.Downloads.Count, $"power cut at {cutAt}");
            if (!ended) continue;
            Assert.Equal(0, left);
            Assert.True(cutAt > 4); // All operations have had their turn.
            return;
        }
    }

    private static StorageRequest.OpenDownload Opening(Manifest manifest) =>
        new(manifest, "song.flac", null) { Traits = Traits };

    private static void Work(StoreStage stage, Manifest manifest, byte[] bytes, Acknowledged acknowledged)
    {
        if (stage.Do(Opening(manifest))[0] is StorageResult.DownloadOpened)
        {
            foreach (var piece in StoreStage.Pieces(manifest, bytes, 50_000))
            {
                stage.Do(piece);
                if (piece.Piece.Chunk % 2 == 1) acknowledged.Add(stage.Commit());
            }
            acknowledged.Add(stage.Commit());
            var opened = stage.Do(new StorageRequest.OpenUpload(Session, manifest.Id, StoreStage.Somebody));
            acknowledged.Uploads |= opened[0] is StorageResult.UploadOpened;
            acknowledged.Add(stage.Do(new StorageRequest.FinishDownload(manifest.Id)));
        }
        else
        {
            acknowledged.Finished = true;
        }
    }

    private static void AssertKept(StoreStage stage, Manifest manifest, Acknowledged acknowledged, string when)
    {
        var unfinished = stage.Store.Recovered.Downloads.SingleOrDefault();
        if (acknowledged.Finished) Assert.True(unfinished is null, when);
        else if (unfinished is not null) Assert.True(acknowledged.Chunks.All(unfinished.Durable.Contains), when);
        else if (acknowledged.Chunks.Count > 0) Assert.True(stage.Shares.Find(manifest.Id) is not null, when);
        if (acknowledged.Uploads)
            Assert.True(stage.Store.Recovered.Uploads.Any(upload => upload.Transfer == Session), when);
        if (unfinished is not null) AssertReadable(stage, manifest, unfinished.Durable, when);
    }

    private static void AssertReadable(StoreStage stage, Manifest manifest, ChunkMap durable, string when)
    {
        for (var chunk = durable.NextPresent(0); chunk < durable.ChunkCount; chunk = durable.NextPresent(chunk + 1))
        {
            var read = new byte[manifest.Layout.LengthOf(chunk)];
            Assert.True(stage.Store.ReadPiece(manifest.Id, chunk, 0, read) is null, when);
            Assert.True(manifest.Verify(chunk, read), when);
        }
    }

    private static void GoOn(StoreStage stage, Manifest manifest, byte[] bytes)
    {
        if (stage.Store.Recovered.Downloads.Count == 0)
        {
            // Finished, or the user was never told that it had begun: then it is asked for again.
            var opened = stage.Do(Opening(manifest));
            if (opened[0] is StorageResult.DownloadFinished) return;
        }
        foreach (var piece in StoreStage.Pieces(manifest, bytes, 65_536))
        {
            if (stage.Do(piece).Any(result => result is StorageResult.DownloadStalled))
                stage.Do<StorageResult.DownloadOpened>(new StorageRequest.RetryDownload(manifest.Id));
        }
        foreach (var piece in StoreStage.Pieces(manifest, bytes, 65_536)) stage.Do(piece);
        stage.Commit();
        stage.Do<StorageResult.DownloadFinished>(new StorageRequest.FinishDownload(manifest.Id));
    }

    private static void AssertFinishedOnce(StoreStage stage, byte[] bytes, string when)
    {
        var finished = stage.Memory.Files.Where(path => path.StartsWith("/downloads/", StringComparison.Ordinal)
            && !path.EndsWith(".part", StringComparison.Ordinal)).ToList();
        Assert.True(finished is ["/downloads/song.flac"], when);
        Assert.True(stage.Memory.BytesOf(finished[0]).AsSpan().SequenceEqual(bytes), when);
        using (var file = stage.Memory.Open(finished[0], DiskOpen.Read)) Assert.Equal(Traits, file.Traits());
        stage.Reopen();
        Assert.True(stage.Store.Recovered.Downloads.Count == 0, when);
    }

    private sealed class Acknowledged
    {
        public HashSet<int> Chunks { get; } = [];
        public bool Uploads { get; set; }
        public bool Finished { get; set; }

        public void Add(List<StorageResult> results)
        {
            foreach (var durable in results.OfType<StorageResult.ChunksDurable>()) Chunks.UnionWith(durable.Chunks);
            Finished |= results.Any(result => result is StorageResult.DownloadFinished);
        }
    }
}
