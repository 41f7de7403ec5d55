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

    [Fact]
    public void Device_without_room_is_a_full_disk()
    {
        if (!File.Exists("/dev/full")) Assert.Skip("there is no /dev/full here");
        using var file = Disk.Open("/dev/full", DiskOpen.ReadWrite);
        Assert.Equal(DiskError.Full, ErrorOf(() => file.Write([1], 0)));
    }
}
