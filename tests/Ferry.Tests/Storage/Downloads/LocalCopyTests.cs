using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Downloads;
using Ferry.Storage.Shares;
using Ferry.TestKit.Disks;
using Ferry.Tests.Storage.Store;
using Xunit;

namespace Ferry.Tests.Storage.Downloads;

public sealed class LocalCopyTests
{
    private const string Source = "/music/song.flac";
    private readonly SimDisk _disk = new();
    private readonly DictionaryCatalog _shares = new();
    private readonly Manifest _manifest;
    private readonly byte[] _bytes;

    public LocalCopyTests()
    {
        (_manifest, _bytes) = StoreStage.Content(3 * ChunkLayout.ChunkBytesMin + 17);
        _disk.Put(Source, _bytes);
        _disk.CreateDirectory("/usb");
        _shares.Add(new SharedSource(_manifest, "song.flac", Source, default));
    }

    [Fact]
    public void Copy_is_whole_and_survives_a_power_cut()
    {
        Assert.Equal(("/usb/song.flac", false), Copy("/usb"));
        _disk.Restart(PowerCutLosses.Nothing);
        Assert.Equal(_bytes, _disk.BytesOf("/usb/song.flac"));
        Assert.Equal([Source, "/usb/song.flac"], _disk.Files);
    }

    [Fact]
    public void File_that_is_there_with_the_same_content_will_do()
    {
        Copy("/usb/a.flac");
        Assert.Equal(("/usb/a.flac", true), Copy("/usb/a.flac"));
        Assert.Equal((Source, true), Copy(Source));
    }

    [Fact]
    public void File_of_its_name_is_replaced_only_if_that_is_wanted()
    {
        var copies = new LocalCopy(_disk, new KeptRoom(_disk, 0), _shares, "/downloads");
        Assert.Null(copies.Taken("song.flac", "/usb"));
        _disk.Put("/usb/song.flac", [1]);
        Assert.Equal("/usb/song.flac", copies.Taken("song.flac", "/usb"));
        Assert.Equal(("/usb/song (2).flac", false), Copy("/usb"));
        Assert.Equal(("/usb/song.flac", false), copies.Make(_manifest.Id, "song.flac", "/usb", overwrites: true));
        Assert.Equal(_bytes, _disk.BytesOf("/usb/song.flac"));
    }

    [Fact]
    public void Name_that_the_file_system_does_not_hold_is_changed()
    {
        _disk.Faults.Rule = (operation, path) => operation == DiskOperation.Create
            && path.Contains('?', StringComparison.Ordinal) ? DiskError.BadPath : null;
        var copies = new LocalCopy(_disk, new KeptRoom(_disk, 0), _shares, "/downloads");
        var copy = copies.Make(_manifest.Id, "why?.flac", "/usb");
        Assert.Equal(("/usb/why_.flac", false), copy);
        Assert.Equal(_bytes, _disk.BytesOf("/usb/why_.flac"));
    }

    [Fact]
    public void Other_file_of_that_name_is_never_replaced()
    {
        _disk.Put("/usb/song.flac", [1, 2, 3]);
        Assert.Equal(("/usb/song (2).flac", false), Copy("/usb"));
        Assert.Equal([1, 2, 3], _disk.BytesOf("/usb/song.flac"));
    }

    [Fact]
    public void Source_that_has_changed_is_not_copied()
    {
        _disk.Put(Source, [.. _bytes.Select((value, i) => i == 70_000 ? (byte)~value : value)]);
        Assert.Throws<DiskException>(() => Copy("/usb"));
        Assert.Equal([_manifest.Id], _shares.Changed);
        Assert.Equal([Source], _disk.Files);
    }

    [Fact]
    public void Full_disk_leaves_nothing_behind()
    {
        _disk.Faults.Rule = (operation, _) => operation == DiskOperation.Write ? DiskError.Full : null;
        var failure = Assert.Throws<DiskException>(() => Copy("/usb"));
        Assert.Equal(DiskError.Full, failure.Error);
        Assert.Equal([Source], _disk.Files);
    }

    [Fact]
    public void Copy_that_another_program_writes_into_is_not_published()
    {
        _disk.Faults.Rule = (operation, path) =>
        {
            if (operation != DiskOperation.Flush || path != "/usb/song.flac.part") return null;
            using var file = _disk.Open(path, DiskOpen.ReadWrite);
            file.Write([1, 2, 3, 4], 5);
            return null;
        };
        Assert.Equal(DiskError.Changed, Assert.Throws<DiskException>(() => Copy("/usb")).Error);
        Assert.Equal([Source], _disk.Files);
    }

    [Fact]
    public void Copy_for_which_there_is_no_room_takes_none()
    {
        _disk.Faults.CapacityBytes = _disk.UsedBytes + _manifest.Layout.ContentBytes - 1;
        Assert.Equal(DiskError.Full, Assert.Throws<DiskException>(() => Copy("/usb")).Error);
        Assert.Equal([Source], _disk.Files);
    }

    private (string Path, bool AlreadyThere) Copy(string to) =>
        new LocalCopy(_disk, new KeptRoom(_disk, 0), _shares, "/downloads").Make(_manifest.Id, "song.flac", to);
}
