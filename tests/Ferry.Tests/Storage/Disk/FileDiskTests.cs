using Ferry.Storage.Disk;
using Xunit;

namespace Ferry.Tests.Storage.Disk;

public sealed class FileDiskTests : DiskContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private protected override IDisk Disk { get; } = new FileDisk();
    private protected override string Folder => _folder.Path;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Stamp_has_the_time_that_others_see()
    {
        Write("a", [1, 2, 3]);
        Assert.Equal(File.GetLastWriteTimeUtc(At("a")).Ticks, Disk.Stamp(At("a"))!.Value.ModifiedTicks);
    }

    [Fact]
    public void File_put_in_place_of_another_has_another_stamp()
    {
        Write("a", [1]);
        var stamp = Disk.Stamp(At("a"));
        Write("b", [2]);
        File.SetLastWriteTimeUtc(At("b"), File.GetLastWriteTimeUtc(At("a")));
        Disk.Replace(At("b"), At("a"));
        Assert.NotEqual(stamp, Disk.Stamp(At("a")));
    }

    /// <summary>Who may write to the downloads folder could have any file of this user overwritten.</summary>
    [Fact]
    public void Link_in_place_of_a_file_is_read_and_not_written()
    {
        var (file, link) = (_folder["secret"], _folder["song.part"]);
        File.WriteAllText(file, "secret");
        File.CreateSymbolicLink(link, file);

        using (var read = new FileDisk().Open(link, DiskOpen.Read)) Assert.Equal(6, read.Length);
        var failure = Assert.Throws<DiskException>(() => new FileDisk().Open(link, DiskOpen.ReadWrite));
        Assert.Equal(DiskError.NotWritable, failure.Error);
        new FileDisk().Open(file, DiskOpen.ReadWrite).Dispose();
    }

    [Fact]
    public void Free_space_is_what_the_system_says()
    {
        var space = Disk.SpaceOf(Folder)!.Value;
        Assert.Equal(new DriveInfo(Folder).TotalSize, space.Total);
        Assert.InRange(space.Free, 1, space.Total - 1);
    }

    [Fact]
    public void Device_without_room_is_a_full_disk()
    {
        if (!File.Exists("/dev/full")) Assert.Skip("there is no /dev/full here");
        using var file = Disk.Open("/dev/full", DiskOpen.ReadWrite);
        Assert.Equal(DiskError.Full, ErrorOf(() => file.Write([1], 0)));
    }
}
