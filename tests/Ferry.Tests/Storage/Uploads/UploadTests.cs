using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Storage.Shares;
using Ferry.TestKit.Disks;
using Ferry.Tests.Protocol.Transfer;
using Ferry.Tests.Storage.Store;
using Xunit;

namespace Ferry.Tests.Storage.Uploads;

public sealed class UploadTests : IDisposable
{
    private const int Size = 2 * 65_536 + 9;
    private readonly StoreStage _stage = new();
    private readonly Manifest _manifest;
    private readonly byte[] _bytes;

    public UploadTests()
    {
        (_manifest, _bytes) = StoreStage.Content(Size);
        _stage.Memory.Put("/music/song.flac", _bytes);
        var stamp = _stage.Memory.Stamp("/music/song.flac")!.Value;
        _stage.Shares.Add(new SharedSource(_manifest, "song.flac", "/music/song.flac", stamp));
    }

    [Fact]
    public void Opened_upload_is_in_the_log_with_all_that_a_restart_needs()
    {
        var opened = Open(1);
        Assert.Equal("song.flac", opened.Name);
        Assert.Equal(_manifest.Layout, opened.Layout);
        _stage.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Empty(_stage.Do(new StorageRequest.NoteAcked(new TransferId(1), 65_536)));
        _stage.Time.Advance(TimeSpan.FromSeconds(30));
        _stage.Reopen();
        var recovered = Assert.Single(_stage.Store.Recovered.Uploads);
        Assert.Equal(
            new RecoveredUpload(
                new TransferId(1), _manifest.Id, "song.flac", _manifest.Layout, StoreStage.Somebody, 65_536,
                    TimeSpan.FromSeconds(30)),
            recovered);
    }

    [Fact]
    public void Opened_upload_survives_a_power_cut()
    {
        Open(1);
        _stage.Memory.Restart(PowerCutLosses.Nothing);
        _stage.Reopen();
        Assert.Equal(new TransferId(1), Assert.Single(_stage.Store.Recovered.Uploads).Transfer);
    }

    [Fact]
    public void Newer_session_of_the_same_pair_replaces_the_older()
    {
        Open(1);
        Open(2);
        _stage.Memory.Restart(PowerCutLosses.Nothing);
        _stage.Reopen();
        Assert.Equal(new TransferId(2), Assert.Single(_stage.Store.Recovered.Uploads).Transfer);
        Open(3);
        Assert.Empty(_stage.Do(new StorageRequest.CloseUpload(new TransferId(3))));
        _stage.Memory.Restart(PowerCutLosses.Nothing);
        _stage.Reopen();
        Assert.Empty(_stage.Store.Recovered.Uploads);
    }

    [Fact]
    public void Log_that_is_cut_off_while_a_session_is_replaced_still_names_the_pair()
    {
        Open(1);
        var log = Assert.Single(_stage.Memory.Files, IsOfLog);
        var before = _stage.Memory.BytesOf(log).Length;
        Open(2);
        var bytes = _stage.Memory.BytesOf(log);
        for (var length = before; length <= bytes.Length; length++)
        {
            foreach (var path in _stage.Memory.Files.Where(IsOfLog).ToList()) _stage.Memory.Take(path);
            _stage.Memory.Put(log, bytes[..length]);
            _stage.Reopen();
            Assert.Equal(StoreStage.Somebody, _stage.Store.Recovered.Uploads[^1].Requester);
        }
        Assert.Equal(new TransferId(2), Assert.Single(_stage.Store.Recovered.Uploads).Transfer);

        static bool IsOfLog(string path) => path.StartsWith("/ferry/log/", StringComparison.Ordinal);
    }

    [Fact]
    public void Id_that_another_requester_uses_is_refused()
    {
        Open(1);
        var other = new StorageRequest.OpenUpload(new TransferId(1), _manifest.Id, new NodeId(new Bytes32(9, 9, 9, 9)));
        Assert.Equal(RefusalReason.UnknownTransfer, _stage.Do<StorageResult.UploadRefused>(other).Reason);
    }

    [Fact]
    public void Unknown_content_is_not_shared()
    {
        var request = new StorageRequest.OpenUpload(new TransferId(1), default, StoreStage.Somebody);
        Assert.Equal(RefusalReason.NotShared, _stage.Do<StorageResult.UploadRefused>(request).Reason);
        Assert.Equal(RefusalReason.NotShared, _stage.Store.ReadPiece(default, 0, 0, new byte[10]));
    }

    [Fact]
    public void Pieces_are_read_from_the_share()
    {
        var piece = new byte[1000];
        Assert.Null(_stage.Store.ReadPiece(_manifest.Id, 1, 500, piece));
        Assert.Equal(_bytes[66_036..67_036], piece);
        Assert.NotNull(_stage.Store.ReadPiece(_manifest.Id, 2, 0, piece));
        Assert.NotNull(_stage.Store.ReadPiece(_manifest.Id, 3, 0, piece));
        Assert.NotNull(_stage.Store.ReadPiece(_manifest.Id, 0, -1, piece));
    }

    [Fact]
    public void File_that_changed_is_not_sent_and_the_catalog_is_told()
    {
        var piece = new byte[1000];
        Assert.Null(_stage.Store.ReadPiece(_manifest.Id, 0, 0, piece));
        using (var file =
            _stage.Memory.Open("/music/song.flac", Ferry.Storage.Disk.DiskOpen.ReadWrite)) file.Write([1], 0);
        Assert.Equal(RefusalReason.SourceChanged, _stage.Store.ReadPiece(_manifest.Id, 0, 0, piece));
        Assert.Equal([_manifest.Id], _stage.Shares.Changed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void File_that_is_hashed_again_lets_the_requester_wait(bool isSame)
    {
        var piece = new byte[1000];
        Assert.Null(_stage.Store.ReadPiece(_manifest.Id, 0, 0, piece));
        var source = _stage.Shares.Find(_manifest.Id)!;
        using (var file = _stage.Memory.Open(source.Path, Ferry.Storage.Disk.DiskOpen.ReadWrite))
            file.Write([isSame ? _bytes[0] : (byte)~_bytes[0]], 0);
        _stage.Shares.Rehashing.Add(_manifest.Id);
        Assert.Equal(RefusalReason.Busy, _stage.Store.ReadPiece(_manifest.Id, 0, 0, piece));
        Assert.Equal(RefusalReason.Busy, _stage.Store.ReadPiece(_manifest.Id, 0, 0, piece));
        var request = new StorageRequest.OpenUpload(new TransferId(1), _manifest.Id, StoreStage.Somebody);
        Assert.Equal(RefusalReason.Busy, _stage.Do<StorageResult.UploadRefused>(request).Reason);
        _stage.Shares.Rehashing.Clear();
        if (isSame) _stage.Shares.Add(source with { Stamp = _stage.Memory.Stamp(source.Path)!.Value });
        RefusalReason? end = isSame ? null : RefusalReason.SourceChanged;
        Assert.Equal(end, _stage.Store.ReadPiece(_manifest.Id, 0, 0, piece));
    }

    [Fact]
    public void File_of_which_a_requester_got_other_bytes_is_looked_at_again()
    {
        Assert.Empty(_stage.Do(new StorageRequest.DoubtShare(_manifest.Id)));
        Assert.Equal([_manifest.Id], _stage.Shares.Doubted);
        Assert.Empty(_stage.Shares.Changed);
    }

    [Fact]
    public void File_that_is_gone_is_told_when_the_upload_is_opened()
    {
        _stage.Memory.Delete("/music/song.flac");
        var request = new StorageRequest.OpenUpload(new TransferId(1), _manifest.Id, StoreStage.Somebody);
        Assert.Equal(RefusalReason.SourceUnreadable, _stage.Do<StorageResult.UploadRefused>(request).Reason);
        Assert.Equal([_manifest.Id], _stage.Shares.Changed);
    }

    [Fact]
    public void What_is_not_shared_any_more_is_soon_not_read_any_more()
    {
        Assert.Null(_stage.Store.ReadPiece(_manifest.Id, 0, 0, new byte[10]));
        _stage.Shares.Remove(_manifest.Id);
        _stage.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(RefusalReason.NotShared, _stage.Store.ReadPiece(_manifest.Id, 0, 0, new byte[10]));
    }

    [Fact]
    public void Unfinished_download_serves_what_is_durable()
    {
        var (manifest, bytes) = StoreStage.Content(Size, seed: 5);
        _stage.Open(manifest, "other");
        var request = new StorageRequest.OpenUpload(new TransferId(4), manifest.Id, StoreStage.Somebody);
        Assert.Equal(RefusalReason.NotShared, _stage.Do<StorageResult.UploadRefused>(request).Reason);
        _stage.Do(StoreStage.Piece(manifest, bytes, 1, 0, 65_536));
        Assert.Equal(RefusalReason.NotShared, _stage.Store.ReadPiece(manifest.Id, 1, 0, new byte[10]));
        _stage.Commit();
        Assert.Equal("other", _stage.Do<StorageResult.UploadOpened>(request).Name);
        var piece = new byte[100];
        Assert.Null(_stage.Store.ReadPiece(manifest.Id, 1, 7, piece));
        Assert.Equal(bytes[65_543..65_643], piece);
        var matched =
            _stage.Do<StorageResult.SharesMatched>(new StorageRequest.MatchShares(default, "", manifest.Id, 10));
        Assert.Equal([new ChunkRange(1, 1)], Assert.Single(matched.Matches.Best).Held);
    }

    [Theory]
    [InlineData(0, 100, 3)]
    [InlineData(1, 1, 1)]
    [InlineData(2, int.MaxValue, 1)]
    [InlineData(3, 5, 0)]
    [InlineData(-5, -5, 0)]
    public void Manifest_is_read_in_parts(int first, int countMax, int count)
    {
        var read = _stage.Do<StorageResult.ManifestRead>(
            new StorageRequest.ReadManifest(_manifest.Id, StoreStage.Somebody, first, countMax));
        Assert.Equal(Size, read.Size);
        Assert.Equal(count * Bytes32.Length, read.Leaves.Length);
        if (count > 0) Assert.Equal(_manifest.LeafOf(first), read.Leaves.Span[..Bytes32.Length]);
        var unknown = _stage.Do<StorageResult.ManifestRead>(
            new StorageRequest.ReadManifest(default, StoreStage.Somebody, first, countMax));
        Assert.Equal(-1, unknown.Size);
    }

    [Fact]
    public void Recovered_entries_say_how_old_they_are()
    {
        Open(1);
        var (manifest, _) = StoreStage.Content(Size, seed: 5);
        _stage.Open(manifest, "other");
        _stage.Time.Advance(TimeSpan.FromDays(9));
        AssertAge(TimeSpan.FromDays(9));
        // The clock was set back: nothing can be said.
        _stage.Time.AdjustTime(_stage.Time.GetUtcNow() - TimeSpan.FromDays(20));
        AssertAge(TimeSpan.Zero);

        void AssertAge(TimeSpan age)
        {
            _stage.Reopen();
            Assert.Equal(age, Assert.Single(_stage.Store.Recovered.Uploads).LastAck);
            Assert.Equal(age, Assert.Single(_stage.Store.Recovered.Downloads).LastProgress);
        }
    }

    public void Dispose() => _stage.Dispose();

    private StorageResult.UploadOpened Open(int transfer) => _stage.Do<StorageResult.UploadOpened>(
        new StorageRequest.OpenUpload(new TransferId((UInt128)transfer), _manifest.Id, StoreStage.Somebody));
}
