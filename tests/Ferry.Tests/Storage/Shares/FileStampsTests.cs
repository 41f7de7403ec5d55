using Ferry.Storage.Disk;
using Ferry.Storage.Shares;
using Xunit;

namespace Ferry.Tests.Storage.Shares;

public sealed class FileStampsTests
{
    [Fact]
    public void Stamp_is_the_one_that_the_disk_takes()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("x.txt", "some text");
        File.SetLastWriteTimeUtc(path, new DateTime(1969, 7, 20, 20, 17, 40, 123, DateTimeKind.Utc));
        var disk = new FileDisk();
        using var open = disk.Open(path, DiskOpen.Read);
        Assert.Equal((FileKind.File, disk.Stamp(path)!.Value), FileStamps.Read(path));
        Assert.Equal(open.Stamp(), FileStamps.OfFile(path));
    }

    [Fact]
    public void What_is_no_file_has_no_stamp()
    {
        using var folder = new TemporaryFolder();
        var link = Path.Combine(folder.Path, "link");
        File.CreateSymbolicLink(link, folder.Write("x.txt", "x"));
        Assert.Equal(FileKind.Link, FileStamps.Read(link).Kind);
        Assert.Equal(FileKind.Folder, FileStamps.Read(folder.Path).Kind);
        Assert.Equal(FileKind.Missing, FileStamps.Read(Path.Combine(folder.Path, "nothing")).Kind);
        Assert.Equal(FileKind.Missing, FileStamps.Read(Path.Combine(folder.Path, "x.txt", "below a file")).Kind);
        Assert.Null(FileStamps.OfFile(link));
    }
}
