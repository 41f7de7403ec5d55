using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.TestKit.Disks;
using Ferry.Tests.Storage.Store;
using Xunit;

namespace Ferry.Tests.Storage.Trees;

/// <summary>
/// The power goes before every single operation of the disk in turn, from the last chunk of a folder to its end.
/// </summary>
public sealed class FolderCrashTests
{
    private const string Folder = "/downloads/maps";

    private static readonly FolderContent Content = FolderContent.Of(
        (FolderContent.Folder("sub"), []), (FolderContent.File("a"), FolderContent.Random(70_000, 1)),
        (FolderContent.File("sub/b"), FolderContent.Random(3_000, 2)), (FolderContent.Link("sub/c", "../a"), []));

    [Theory]
    [InlineData(PowerCutLosses.Nothing)]
    [InlineData(PowerCutLosses.Everything)]
    [InlineData(null)]
    public void Folder_appears_once_whole_or_not_at_all(long? outcome)
    {
        for (var cutAt = 0; ; cutAt++)
        {
            var when = $"power cut at {cutAt}";
            using var stage = Downloaded(cutAt);
            stage.Memory.CrashAt = stage.Memory.Operations + 1 + cutAt;
            try
            {
                Finish(stage);
                Assert.True(cutAt > 25); // All operations have had their turn.
                AssertWhole(stage, when);
                return;
            }
            catch (SimCrash)
            {
                stage.Memory.Restart(outcome);
            }
            AssertWholeOrAbsent(stage, when);
            stage.Reopen();
            GoOn(stage);
            AssertWhole(stage, when);
        }
    }

    /// <summary>Again and again, in what recovers from the last one, too.</summary>
    [Fact]
    public void Recovery_may_be_cut_off_too()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var chance = new Random(seed);
            using var stage = Downloaded(seed);
            for (var life = 0; life < 6; life++)
            {
                stage.Memory.CrashAt = life == 5 ? 0 : stage.Memory.Operations + 1 + chance.Next(80);
                try
                {
                    if (life > 0) stage.Reopen();
                    GoOn(stage);
                    break;
                }
                catch (SimCrash)
                {
                    stage.Memory.Restart(null);
                    AssertWholeOrAbsent(stage, $"seed {seed}");
                }
            }
            stage.Memory.CrashAt = 0;
            stage.Reopen();
            GoOn(stage);
            AssertWhole(stage, $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(PowerCutLosses.Nothing)]
    [InlineData(PowerCutLosses.Everything)]
    public void Cancelled_folder_leaves_nothing_behind_whenever_the_power_goes(long outcome)
    {
        for (var cutAt = 0; ; cutAt++)
        {
            using var stage = Downloaded(cutAt);
            // It is half made when it is cancelled.
            stage.Memory.CrashAt = stage.Memory.Operations + 30;
            Assert.Throws<SimCrash>(() => Finish(stage));
            stage.Memory.Restart(PowerCutLosses.Everything);
            stage.Reopen();
            Assert.Single(stage.Store.Recovered.Downloads);
            stage.Memory.CrashAt = stage.Memory.Operations + 1 + cutAt;
            var ended = false;
            try
            {
                stage.Do<StorageResult.DownloadAbandoned>(new StorageRequest.AbandonDownload(Content.Manifest.Id));
                ended = true;
            }
            catch (SimCrash)
            {
                Assert.True(cutAt < 60);
            }
            stage.Memory.Restart(outcome);
            stage.Reopen();
            if (stage.Store.Recovered.Downloads.Count == 0)
            {
                Assert.Empty(Downloads(stage));
                Assert.Empty(stage.Memory.FoldersWithin("/downloads"));
            }
            if (!ended) continue;
            Assert.Empty(stage.Store.Recovered.Downloads);
            return;
        }
    }

    private static IEnumerable<string> Downloads(StoreStage stage) =>
        stage.Memory.Files.Where(path => path.StartsWith("/downloads/", StringComparison.Ordinal));

    private static StoreStage Downloaded(int seed)
    {
        var stage = new StoreStage(new SimDisk("disk", new SeededRandom((ulong)seed)));
        stage.Open(Content.Manifest, "maps");
        foreach (var piece in StoreStage.Pieces(Content.Manifest, Content.Bytes, 60_000)) stage.Do(piece);
        stage.Commit();
        return stage;
    }

    private static void Finish(StoreStage stage) =>
        stage.Do<StorageResult.DownloadFinished>(new StorageRequest.FinishDownload(Content.Manifest.Id));

    private static void GoOn(StoreStage stage)
    {
        if (stage.Store.Recovered.Downloads.Count > 0) Finish(stage);
    }

    private static void AssertWholeOrAbsent(StoreStage stage, string when)
    {
        if (stage.Memory.FoldersWithin("/downloads").Contains(Folder)) AssertFiles(stage, when);
        Assert.True(!stage.Memory.FoldersWithin("/downloads").Contains($"{Folder} (2)"), when);
    }

    private static void AssertWhole(StoreStage stage, string when)
    {
        AssertFiles(stage, when);
        stage.Reopen();
        Assert.True(stage.Store.Recovered.Downloads.Count == 0, when);
        var folders = stage.Memory.FoldersWithin("/downloads").ToList();
        Assert.True(folders is [Folder, $"{Folder}/sub"], $"{when}: {string.Join(' ', folders)}");
        Assert.True(Downloads(stage).Count() == 3, when);
        for (var chunk = 0; chunk < Content.Manifest.Layout.ChunkCount; chunk++)
        {
            var read = new byte[Content.Manifest.Layout.LengthOf(chunk)];
            Assert.True(stage.Store.ReadPiece(Content.Manifest.Id, chunk, 0, read) is null, when);
        }
    }

    private static void AssertFiles(StoreStage stage, string when)
    {
        Assert.True(stage.Memory.BytesOf($"{Folder}/a").AsSpan().SequenceEqual(FolderContent.Random(70_000, 1)), when);
        Assert.True(
            stage.Memory.BytesOf($"{Folder}/sub/b").AsSpan().SequenceEqual(FolderContent.Random(3_000, 2)), when);
        Assert.True(stage.Memory.TargetOf($"{Folder}/sub/c") == "../a", when);
    }
}
