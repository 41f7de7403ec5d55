using Ferry.Storage.Disk;
using Xunit;
using Path = System.IO.Path;

namespace Ferry.Tests.Storage.Disk;

public sealed class FileDiskTests : IDisposable
{
    private readonly FileDisk _disk = new();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Written_bytes_are_read_and_stamped()
    {
        using var file = _disk.Open(At("a"), DiskOpen.CreateNew);
        file.SetLength(100);
        file.Write([1, 2, 3], 50);
        file.Flush();
        var read = new byte[60];
        Assert.Equal(50, file.Read(read, 50));
        Assert.Equal([1, 2, 3, 0], read[..4]);
        Assert.Equal(100, file.Length);
        Assert.Equal(file.Stamp(), _disk.Stamp(At("a")));
        Assert.Equal(100, file.Stamp().Length);
        Assert.Equal(File.GetLastWriteTimeUtc(At("a")).Ticks, file.Stamp().ModifiedTicks);
    }

    [Fact]
    public void File_put_in_place_of_another_has_another_stamp()
    {
        File.WriteAllText(At("a"), "one");
        var stamp = _disk.Stamp(At("a"));
        File.WriteAllText(At("b"), "two");
        File.SetLastWriteTimeUtc(At("b"), File.GetLastWriteTimeUtc(At("a")));
        _disk.Replace(At("b"), At("a"));
        Assert.NotEqual(stamp, _disk.Stamp(At("a")));
        Assert.Null(_disk.Stamp(At("b")));
        Assert.Null(_disk.Stamp(_folder.Path));
        Assert.Null(_disk.Stamp(At("a/below/a/file")));
    }

    [Fact]
    public void Rename_never_replaces()
    {
        File.WriteAllText(At("a"), "one");
        File.WriteAllText(At("b"), "two");
        Assert.Equal(DiskError.Exists, ErrorOf(() => _disk.Rename(At("a"), At("b"))));
        Assert.Equal("two", File.ReadAllText(At("b")));
        _disk.Rename(At("a"), At("c"));
        Assert.Equal([At("b"), At("c")], _disk.List(_folder.Path));
    }

    [Fact]
    public void Reserved_room_does_not_change_the_length()
    {
        using var file = _disk.Open(At("a"), DiskOpen.OpenOrCreate);
        file.SetLength(10);
        file.Reserve(1 << 20);
        Assert.Equal(10, file.Length);
    }

    [Fact]
    public void Every_failure_is_one_of_ours()
    {
        File.WriteAllText(At("a"), "one");
        Assert.Equal(DiskError.NotFound, ErrorOf(() => _disk.Open(At("none"), DiskOpen.Read)));
        Assert.Equal(DiskError.NotFound, ErrorOf(() => _disk.Open(At("none/below"), DiskOpen.CreateNew)));
        Assert.Equal(DiskError.NotFound, ErrorOf(() => _disk.Rename(At("none"), At("b"))));
        Assert.Equal(DiskError.NotFound, ErrorOf(() => _disk.FlushDirectory(At("none"))));
        Assert.Equal(DiskError.Exists, ErrorOf(() => _disk.Open(At("a"), DiskOpen.CreateNew)));
        Assert.Equal(DiskError.BadPath, ErrorOf(() => _disk.Open(At(new string('x', 300)), DiskOpen.CreateNew)));
        Assert.Equal(DiskError.BadPath, ErrorOf(() => _disk.Open(At("nul\0l"), DiskOpen.CreateNew)));
        Assert.Equal(DiskError.NotWritable, ErrorOf(() => _disk.Open(_folder.Path, DiskOpen.Read)));
        var closed = _disk.Open(At("a"), DiskOpen.ReadWrite);
        closed.Dispose();
        Assert.Equal(DiskError.Faulty, ErrorOf(() => closed.Write([1], 0)));
        Assert.Equal(DiskError.Faulty, ErrorOf(() => _ = closed.Length));
        Assert.Equal(DiskError.Faulty, ErrorOf(() => closed.Stamp()));
        Assert.Equal(DiskError.Faulty, ErrorOf(closed.Flush));
        Assert.Equal(DiskError.Faulty, ErrorOf(() => closed.Reserve(1)));
        using var readOnly = _disk.Open(At("a"), DiskOpen.Read);
        Assert.NotNull(ErrorOf(() => readOnly.Write([1], 0)));
    }

    [Fact]
    public void Device_without_room_is_a_full_disk()
    {
        if (!File.Exists("/dev/full")) Assert.Skip("there is no /dev/full here");
        using var file = _disk.Open("/dev/full", DiskOpen.ReadWrite);
        Assert.Equal(DiskError.Full, ErrorOf(() => file.Write([1], 0)));
    }

    [Fact]
    public void What_is_not_there_is_no_trouble_to_delete_or_to_list()
    {
        _disk.Delete(At("none"));
        _disk.Delete(At("none/below"));
        Assert.Empty(_disk.List(At("none")));
        _disk.CreateDirectory(At("x/y"));
        _disk.CreateDirectory(At("x/y"));
        Assert.True(_disk.FolderExists(At("x/y")));
        _disk.FlushDirectory(At("x"));
    }

    public void Dispose() => _folder.Dispose();

    private string At(string name) => _folder[name];

    private static DiskError? ErrorOf(Action action) => Assert.Throws<DiskException>(action).Error;
}
