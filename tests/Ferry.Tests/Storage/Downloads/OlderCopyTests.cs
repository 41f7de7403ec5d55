using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.TestKit.Disks;
using Ferry.Tests.Storage.Store;
using Ferry.Tests.Storage.Trees;
using Xunit;

namespace Ferry.Tests.Storage.Downloads;

/// <summary>A new version of what is here already takes from it what has not changed.</summary>
public sealed class OlderCopyTests : IDisposable
{
    private const int Chunk = 65_536;
    private const int Chunks = 40;
    private const string First = "/downloads/song.flac";
    private const string Second = "/downloads/song (2).flac";
    private readonly StoreStage _stage = new();

    public void Dispose() => _stage.Dispose();

    [Fact]
    public void Changed_file_needs_only_the_chunks_that_differ()
    {
        var (old, now) = Versions(5, 39);
        _stage.Memory.Put(First, old);

        var opened = Open(now);
        Assert.Equal([5, 39], Missing(opened.Durable));
        Finish(now, 5, 39);
        Assert.Equal(now, _stage.Memory.BytesOf(Second));
        Assert.Equal(old, _stage.Memory.BytesOf(First));
    }

    [Fact]
    public void Shorter_version_gives_what_it_has()
    {
        var (_, now) = Versions();
        _stage.Memory.Put(First, now[..(7 * Chunk + 100)]);
        Assert.Equal(Enumerable.Range(7, Chunks - 7), Missing(Open(now).Durable));
    }

    [Fact]
    public void Each_of_several_versions_gives_what_it_has()
    {
        var (_, now) = Versions();
        _stage.Memory.Put(First, [.. now[..(3 * Chunk)], .. new byte[Chunk + 1]]);
        _stage.Memory.Put(Second, [.. new byte[3 * Chunk], .. now[(3 * Chunk)..(5 * Chunk)]]);
        Assert.Equal(Enumerable.Range(5, Chunks - 5), Missing(Open(now).Durable));
    }

    [Fact]
    public void Version_that_cannot_be_read_is_no_trouble_of_the_download()
    {
        var (old, now) = Versions(1);
        _stage.Memory.Put(First, [.. old, 1]);
        _stage.Memory.Faults.Rule = (operation, path) =>
            operation == DiskOperation.Read && path == First ? DiskError.Faulty : null;
        Assert.Equal(Enumerable.Range(0, Chunks), Missing(Open(now).Durable));
    }

    [Fact]
    public void What_was_taken_is_not_taken_again_after_a_restart()
    {
        var (old, now) = Versions(8);
        _stage.Memory.Put(First, old);
        Open(now);
        _stage.Reopen();
        Assert.Equal([8], Missing(Assert.Single(_stage.Store.Recovered.Downloads).Durable));
    }

    /// <summary>What the log says is durable is right, whenever the power goes.</summary>
    [Theory]
    [InlineData(PowerCutLosses.Nothing)]
    [InlineData(PowerCutLosses.Everything)]
    public void Power_cut_in_between_leaves_nothing_wrong(long outcome)
    {
        var (old, now) = Versions(8);
        var manifest = ManifestOf(now);
        for (var cutAt = 0; ; cutAt++)
        {
            using var stage = new StoreStage();
            stage.Memory.Put(First, old);
            stage.Memory.CrashAt = stage.Memory.Operations + 1 + cutAt;
            try
            {
                stage.Open(manifest);
                Assert.True(cutAt > 50); // All operations have had their turn.
                return;
            }
            catch (SimCrash)
            {
                stage.Memory.Restart(outcome);
            }
            stage.Reopen();
            foreach (var download in stage.Store.Recovered.Downloads)
            {
                var file = stage.Memory.BytesOf(Second + ".part");
                foreach (var chunk in Enumerable.Range(0, Chunks).Where(download.Durable.Contains))
                    Assert.True(manifest.Verify(chunk, file.AsSpan(chunk * Chunk, Chunk)), $"cut at {cutAt}: {chunk}");
            }
        }
    }

    [Fact]
    public void Changed_folder_needs_only_the_chunks_that_differ()
    {
        var files = Enumerable.Range(0, 200).Select(i =>
            (FolderContent.File($"{i:000}"), FolderContent.Random(50_000, i))).ToList();
        var old = FolderContent.Of(files);
        Fetch(old);
        files[120] = (FolderContent.File("120"), FolderContent.Random(50_000, 1000));

        var now = FolderContent.Of(files);
        var opened = _stage.Open(now.Manifest, "maps");
        var missing = Missing(opened.Durable);
        Assert.InRange(missing.Count, 2, 10); // The file's own, and the listing's, which has its hash.
        foreach (var chunk in missing) Send(now, chunk);
        Assert.Equal("/downloads/maps (2)", Finish(now.Manifest).Path);
        Assert.Equal(files[120].Item2, _stage.Memory.BytesOf("/downloads/maps (2)/120"));
        Assert.Equal(files[199].Item2, _stage.Memory.BytesOf("/downloads/maps (2)/199"));
    }

    [Fact]
    public void File_that_its_user_has_changed_in_an_older_folder_gives_nothing()
    {
        var files = Enumerable.Range(0, 100).Select(i =>
            (FolderContent.File($"{i:000}"), FolderContent.Random(50_000, i))).ToList();
        Fetch(FolderContent.Of(files));
        using (var file = _stage.Disk.Open("/downloads/maps/050", DiskOpen.ReadWrite)) file.Write([1, 2, 3], 9);
        files.Add((FolderContent.File("zzz"), [1]));

        var now = FolderContent.Of(files);
        var missing = Missing(_stage.Open(now.Manifest, "maps").Durable);
        var at = now.Map.Listing.Entries.Single(entry => entry.Path == "050").Offset;
        Assert.Contains((int)(at / now.Manifest.Layout.ChunkBytes), missing);
        Assert.True(missing.Count < now.Manifest.Layout.ChunkCount / 2);
    }

    private StorageResult.DownloadOpened Open(byte[] now) => _stage.Open(ManifestOf(now));

    private static Manifest ManifestOf(byte[] bytes) => StoreStage.ManifestOf(bytes);

    private static (byte[] Old, byte[] Now) Versions(params int[] changed)
    {
        var (_, old) = StoreStage.Content(Chunks * Chunk);
        byte[] now = [.. old];
        foreach (var chunk in changed) now[chunk * Chunk + 77]++;
        return (old, now);
    }

    private static List<int> Missing(ChunkMap durable) =>
        [.. Enumerable.Range(0, durable.ChunkCount).Where(chunk => !durable.Contains(chunk))];

    private void Finish(byte[] now, params int[] chunks)
    {
        var manifest = ManifestOf(now);
        foreach (var chunk in chunks) _stage.Do(StoreStage.Piece(manifest, now, chunk, 0, Chunk));
        _stage.Commit();
        Finish(manifest);
    }

    private void Fetch(FolderContent content)
    {
        _stage.Open(content.Manifest, "maps");
        for (var chunk = 0; chunk < content.Manifest.Layout.ChunkCount; chunk++) Send(content, chunk);
        Finish(content.Manifest);
    }

    private void Send(FolderContent content, int chunk)
    {
        var (manifest, length) = (content.Manifest, content.Manifest.Layout.LengthOf(chunk));
        _stage.Do(StoreStage.Piece(manifest, content.Bytes, chunk, 0, length));
    }

    private StorageResult.DownloadFinished Finish(Manifest manifest)
    {
        _stage.Commit();
        return _stage.Do<StorageResult.DownloadFinished>(new StorageRequest.FinishDownload(manifest.Id));
    }
}
