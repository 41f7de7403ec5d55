using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.TestKit.Disks;
using Ferry.Tests.Storage.Store;
using Xunit;

namespace Ferry.Tests.Storage.Downloads;

/// <summary>Cancelled is cancelled, also where the partial file cannot be deleted.</summary>
public sealed class UndeletedPartTests : IDisposable
{
    private const int Size = 4 * 65_536;
    private const string Part = "/downloads/song.flac.part";
    private readonly StoreStage _stage = new();
    private readonly Manifest _manifest;
    private readonly byte[] _bytes;

    public UndeletedPartTests()
    {
        (_manifest, _bytes) = StoreStage.Content(Size);
        _stage.Open(_manifest);
        _stage.Do(StoreStage.Piece(_manifest, _bytes, 0, 0, 65_536));
        _stage.Commit();
        _stage.Memory.Faults.Rule = (operation, path) =>
            operation == DiskOperation.Delete && path == Part ? DiskError.Faulty : null;
    }

    public void Dispose() => _stage.Dispose();

    [Fact]
    public void What_could_not_be_deleted_is_named()
    {
        Assert.Equal(Part, Abandon().LeftBehind);
        Assert.Equal(Part, Abandon().LeftBehind);
        _stage.Memory.Faults.Clear();
        Assert.Equal(Part, Abandon().LeftBehind);
        _stage.Reopen();
        Assert.Null(Abandon().LeftBehind);
        Assert.DoesNotContain(Part, _stage.Memory.Files);
    }

    /// <summary>Once it waited for the disk until the file could be deleted.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void New_request_begins_anew_under_another_name(bool restarts)
    {
        Abandon();
        if (restarts)
        {
            _stage.Reopen();
            Assert.Empty(_stage.Store.Recovered.Downloads);
            Assert.Contains(Part, Assert.Single(_stage.Store.RecoveryWarnings), StringComparison.Ordinal);
        }
        var opened = _stage.Open(_manifest);
        Assert.True(opened.Durable.IsEmpty);
        Assert.Equal("/downloads/song.flac.2.part", opened.PartPath);
        _stage.Fetch(_manifest, _bytes);
        Assert.Equal(_bytes, _stage.Memory.BytesOf("/downloads/song.flac"));
    }

    private StorageResult.DownloadAbandoned Abandon() =>
        _stage.Do<StorageResult.DownloadAbandoned>(new StorageRequest.AbandonDownload(_manifest.Id));
}
