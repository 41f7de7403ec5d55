using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.TestKit.Disks;
using Ferry.Tests.Storage.Store;
using Xunit;

namespace Ferry.Tests.Storage.Downloads;

/// <summary>What another program does to a partial file: it never gets its final name with other bytes.</summary>
public sealed class ReadBackTests : IDisposable
{
    private const int Size = 4 * 65_536;
    private const string Part = "/downloads/song.flac.part";
    private const string Final = "/downloads/song.flac";
    private readonly StoreStage _stage = new();
    private readonly Manifest _manifest;
    private readonly byte[] _bytes;

    public ReadBackTests()
    {
        (_manifest, _bytes) = StoreStage.Content(Size);
        _stage.Open(_manifest);
        foreach (var piece in StoreStage.Pieces(_manifest, _bytes, 65_536)) _stage.Do(piece);
        _stage.Commit();
    }

    public void Dispose() => _stage.Dispose();

    [Fact]
    public void Chunk_that_was_overwritten_is_fetched_again()
    {
        Write(Part, 70_000);
        AssertRefused("changed 1 chunks");
        AssertFetchedAgain(missing: 1);
    }

    [Fact]
    public void Chunk_that_is_overwritten_while_it_is_read_back_is_fetched_again()
    {
        var reads = 0;
        _stage.Memory.Faults.Rule = (operation, path) =>
        {
            if (operation == DiskOperation.Read && path == Part && ++reads == 3) Write(Part, 5);
            return null;
        };
        AssertRefused("went on writing");
        AssertFetchedAgain(missing: 0);
    }

    [Fact]
    public void File_that_was_made_longer_gets_its_length_back()
    {
        Write(Part, Size);
        AssertRefused("changed the length");
        AssertFetchedAgain(missing: null);
    }

    [Fact]
    public void Other_file_in_its_place_does_not_pass_for_it()
    {
        _stage.Memory.Put(Part, [.. _bytes.Select(value => (byte)~value)]);
        AssertRefused("put another file in place");
        Assert.True(Retry().Durable.IsEmpty);
    }

    /// <summary>What happens between the last look and the name is not offered unseen.</summary>
    [Fact]
    public void File_that_is_changed_when_it_has_its_name_is_hashed_before_it_is_offered()
    {
        _stage.Memory.Faults.Rule = (operation, path) =>
        {
            if (operation == DiskOperation.FlushFolder && path == StoreStage.Downloads) Write(Final, 5);
            return null;
        };
        _stage.Do<StorageResult.DownloadFinished>(new StorageRequest.FinishDownload(_manifest.Id));
        _stage.Memory.Faults.Clear();
        Assert.NotEqual(_stage.Memory.Stamp(Final), _stage.Shares.Find(_manifest.Id)!.Stamp);
    }

    [Fact]
    public void Stop_of_the_node_does_not_wait_for_the_end_of_it()
    {
        var reads = 0;
        _stage.Memory.Faults.Rule = (operation, path) =>
        {
            if (operation == DiskOperation.Read && path == Part && ++reads == 2) _stage.Store.StopFinishing();
            return null;
        };
        Assert.Empty(_stage.Do(new StorageRequest.FinishDownload(_manifest.Id)));
        Assert.Equal(2, reads);
        _stage.Memory.Faults.Clear();
        _stage.Reopen();
        Assert.True(Assert.Single(_stage.Store.Recovered.Downloads).Durable.IsFull);
        AssertFinishes();
    }

    [Fact]
    public void Cancel_does_not_wait_for_the_end_of_it()
    {
        var reads = 0;
        var answers = new List<StorageResult>();
        var cancel = new Thread(
            () => _stage.Store.Execute(new StorageRequest.AbandonDownload(_manifest.Id), answers));
        _stage.Memory.Faults.Rule = (operation, path) =>
        {
            if (operation != DiskOperation.Read || path != Part || ++reads != 2) return null;
            cancel.Start();
            var waits = SpinWait.SpinUntil(
                () => cancel.ThreadState.HasFlag(ThreadState.WaitSleepJoin), Patience.Limit);
            Assert.True(waits);
            return null;
        };
        Assert.Empty(_stage.Do(new StorageRequest.FinishDownload(_manifest.Id)));
        Assert.True(cancel.Join(Patience.Limit));
        Assert.Equal(2, reads);
        Assert.IsType<StorageResult.DownloadAbandoned>(Assert.Single(answers));
        Assert.DoesNotContain(_stage.Memory.Files, path => path is Part or Final);
    }

    private void AssertRefused(string why)
    {
        var stalled = _stage.Do<StorageResult.DownloadStalled>(new StorageRequest.FinishDownload(_manifest.Id));
        Assert.Equal(DiskTrouble.Changed, stalled.Trouble);
        Assert.Contains(why, stalled.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Final, _stage.Memory.Files);
        _stage.Memory.Faults.Clear();
    }

    private void AssertFetchedAgain(int? missing)
    {
        var durable = Retry().Durable;
        Assert.Equal(
            missing is { } chunk ? [chunk] : [], Enumerable.Range(0, 4).Where(chunk => !durable.Contains(chunk)));
        if (missing is { } lost) _stage.Do(StoreStage.Piece(_manifest, _bytes, lost, 0, 65_536));
        _stage.Commit();
        AssertFinishes();
    }

    private void AssertFinishes()
    {
        _stage.Do<StorageResult.DownloadFinished>(new StorageRequest.FinishDownload(_manifest.Id));
        Assert.Equal(_bytes, _stage.Memory.BytesOf(Final));
        Assert.Equal(_stage.Memory.Stamp(Final), _stage.Shares.Find(_manifest.Id)!.Stamp);
    }

    private StorageResult.DownloadOpened Retry() =>
        _stage.Do<StorageResult.DownloadOpened>(new StorageRequest.RetryDownload(_manifest.Id));

    /// <summary>As another program would, which flushes what it writes.</summary>
    private void Write(string path, int at)
    {
        using var file = _stage.Memory.Open(path, DiskOpen.ReadWrite);
        file.Write([1, 2, 3, 4], at);
        file.Flush();
    }
}
