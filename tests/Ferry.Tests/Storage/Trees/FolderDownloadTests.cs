using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Trees;
using Ferry.TestKit.Disks;
using Ferry.Tests.Storage.Store;
using Xunit;

namespace Ferry.Tests.Storage.Trees;

/// <summary>What comes of a folder's content at the requester's disk.</summary>
public sealed class FolderDownloadTests : IDisposable
{
    private const string Folder = "/downloads/maps";
    private readonly StoreStage _stage = new();

    [Fact]
    public void Folder_comes_whole_with_its_empty_folders_links_and_traits()
    {
        var content = FolderContent.Of(
            (FolderContent.Folder("empty"), []), (FolderContent.Folder("sub"), []),
            (FolderContent.File("run.sh", isExecutable: true), FolderContent.Random(10, 1)),
            (FolderContent.File("sub/large"), FolderContent.Random(200_000, 2)),
            (FolderContent.File("sub/none"), []), (FolderContent.Link("sub/up", "../run.sh"), []));
        var finished = Fetch(content);
        Assert.Equal(Folder, finished.Path);
        Assert.Empty(finished.Remarks);
        Assert.Equal([$"{Folder}/empty", $"{Folder}/sub"], _stage.Memory.FoldersWithin(Folder));
        Assert.Equal(
            [$"{Folder}/run.sh", $"{Folder}/sub/large", $"{Folder}/sub/none", $"{Folder}/sub/up"], Files());
        Assert.Equal(FolderContent.Random(200_000, 2), _stage.Memory.BytesOf($"{Folder}/sub/large"));
        Assert.Equal("../run.sh", _stage.Memory.TargetOf($"{Folder}/sub/up"));
        using var file = _stage.Disk.Open($"{Folder}/run.sh", DiskOpen.Read);
        Assert.Equal(new FileTraits(1_700_000_000_000_000_000, 0x1ff), file.Traits());
        Assert.DoesNotContain(_stage.Memory.FoldersWithin("/downloads"), path => path.EndsWith(".part"));
    }

    [Fact]
    public void Folder_that_came_is_offered_to_others_from_its_files()
    {
        var content = FolderContent.Of(
            (FolderContent.File("a"), FolderContent.Random(100_000, 1)),
            (FolderContent.File("b"), FolderContent.Random(100_000, 1)));
        Fetch(content);
        for (var chunk = 0; chunk < content.Manifest.Layout.ChunkCount; chunk++)
        {
            var read = new byte[content.Manifest.Layout.LengthOf(chunk)];
            Assert.Null(_stage.Store.ReadPiece(content.Manifest.Id, chunk, 0, read));
            Assert.True(content.Manifest.Verify(chunk, read));
        }
        using (var file = _stage.Disk.Open($"{Folder}/a", DiskOpen.ReadWrite)) file.Write([1, 2], 0);
        Assert.NotNull(_stage.Store.ReadPiece(content.Manifest.Id, 0, 0, new byte[1000]));
        Assert.Contains(content.Manifest.Id, _stage.Shares.Changed);
    }

    [Fact]
    public void Name_that_is_taken_is_not_replaced()
    {
        _stage.Memory.Put($"{Folder}/mine", [1]);
        Assert.Equal($"{Folder} (2)", Fetch(FolderContent.Of((FolderContent.File("a"), [2]))).Path);
        Assert.Equal([$"{Folder}/mine"], Files());
    }

    [Fact]
    public void Link_that_leads_out_is_left_out_and_told()
    {
        var finished = Fetch(FolderContent.Of(
            (FolderContent.File("a"), [1]), (FolderContent.Link("etc", "/etc"), []),
            (FolderContent.Link("up", "../secret"), [])));
        Assert.Equal([$"{Folder}/a"], Files());
        Assert.Equal(["etc", "up"], finished.Remarks.Select(remark => remark.Split(' ')[0]));
    }

    [Fact]
    public void Name_that_is_not_safe_becomes_another_and_is_told()
    {
        var finished = Fetch(FolderContent.Of((FolderContent.File("a\nb"), [1]), (FolderContent.File("ab"), [2])));
        Assert.Equal([$"{Folder}/ab", $"{Folder}/ab (2)"], Files());
        Assert.Equal(["a?b is named ab here", "ab is named ab (2) here"], finished.Remarks);
    }

    /// <summary>The rest arrives; the folder is not offered on, since it is not what was offered.</summary>
    [Fact]
    public void Name_that_the_disk_does_not_hold_is_left_out_and_told()
    {
        _stage.Memory.Faults.Rule = (operation, path) =>
            operation == DiskOperation.Create && path.Contains("bad") ? DiskError.BadPath : null;
        var content = FolderContent.Of((FolderContent.File("bad"), [1]), (FolderContent.File("good"), [2]));
        Assert.Contains("bad is left out", Assert.Single(Fetch(content).Remarks));
        Assert.Equal([$"{Folder}/good"], Files());
        Assert.Null(_stage.Shares.Find(content.Manifest.Id));
    }

    [Fact]
    public void Content_that_is_no_folder_ends_the_download_with_a_reason()
    {
        var bytes = FolderContent.Random(100_000, 1);
        AssertMalformed(new FolderContent(FolderContent.ManifestOf(bytes), bytes, null!), nameof(ListingFlaw.Form));
    }

    [Fact]
    public void Bytes_that_belong_to_no_file_are_refused()
    {
        var listing = FolderListing.Of([FolderContent.File("a") with { Size = 10, Offset = 200 }]);
        var content = FolderContent.Of(listing, 300, (_, to) => to.Fill(1));
        content.Bytes[250] = 1;
        AssertMalformed(
            content with { Manifest = FolderContent.ManifestOf(content.Bytes) }, nameof(ListingFlaw.Gap));
    }

    /// <summary>Any listing that overlaps as it likes is a folder all the same.</summary>
    [Fact]
    public void Files_that_share_parts_come_as_they_are_listed()
    {
        var listing = FolderListing.Of(
        [
            FolderContent.File("a") with { Size = 100, Offset = 200 },
            FolderContent.File("b") with { Size = 100, Offset = 250 },
            FolderContent.File("c") with { Size = 10, Offset = 260 },
        ]);
        var bytes = new byte[350];
        listing.Bytes.Span.CopyTo(bytes);
        FolderContent.Random(150, 1).CopyTo(bytes.AsSpan(200));
        var content = new FolderContent(FolderContent.ManifestOf(bytes), bytes, new FolderMap(listing, 350, []));
        Fetch(content);
        Assert.Equal(bytes[260..270], _stage.Memory.BytesOf($"{Folder}/c"));
        var read = new byte[350];
        Assert.Null(_stage.Store.ReadPiece(content.Manifest.Id, 0, 0, read));
        Assert.Equal(bytes, read);
    }

    [Fact]
    public void Disk_that_is_full_in_the_unpacking_takes_nothing_and_goes_on_later()
    {
        var content = FolderContent.Of((FolderContent.File("a"), FolderContent.Random(100_000, 1)));
        Send(content);
        _stage.Memory.Faults.CapacityBytes = _stage.Memory.UsedBytes + 50_000;
        var stalled = _stage.Do<StorageResult.DownloadStalled>(
            new StorageRequest.FinishDownload(content.Manifest.Id));
        Assert.Equal(DiskTrouble.Full, stalled.Trouble);
        Assert.DoesNotContain("/downloads/.maps.part", _stage.Memory.FoldersWithin("/downloads"));
        _stage.Memory.Faults.Clear();
        _stage.Do<StorageResult.DownloadOpened>(new StorageRequest.RetryDownload(content.Manifest.Id));
        _stage.Do<StorageResult.DownloadFinished>(new StorageRequest.FinishDownload(content.Manifest.Id));
    }

    public void Dispose() => _stage.Dispose();

    private void AssertMalformed(FolderContent content, string flaw)
    {
        Send(content);
        var stalled = _stage.Do<StorageResult.DownloadStalled>(
            new StorageRequest.FinishDownload(content.Manifest.Id));
        Assert.Equal(DiskTrouble.BadPath, stalled.Trouble);
        Assert.Contains(flaw, stalled.Text);
        _stage.Do<StorageResult.DownloadAbandoned>(new StorageRequest.AbandonDownload(content.Manifest.Id));
        Assert.DoesNotContain(_stage.Memory.Files, path => path.StartsWith("/downloads/"));
    }

    private StorageResult.DownloadFinished Fetch(FolderContent content)
    {
        Send(content);
        return _stage.Do<StorageResult.DownloadFinished>(new StorageRequest.FinishDownload(content.Manifest.Id));
    }

    private void Send(FolderContent content)
    {
        _stage.Open(content.Manifest, "maps");
        foreach (var piece in StoreStage.Pieces(content.Manifest, content.Bytes, 60_000)) _stage.Do(piece);
        _stage.Commit();
    }

    private IEnumerable<string> Files() =>
        _stage.Memory.Files.Where(path => path.StartsWith($"{Folder}/", StringComparison.Ordinal));
}
