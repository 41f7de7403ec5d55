using Ferry.Storage.Disk;
using Xunit;

namespace Ferry.Tests.Storage.Disk;

public sealed class MountPointsTests
{
    [Fact]
    public void Remembered_over_a_restart()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "mounts");
        var point = "/usb";
        new MountPoints(file, _ => point).Remember("/usb/music");
        var again = new MountPoints(file, _ => point);
        Assert.Null(again.AwayAbove("/usb/music"));
        point = "/";
        Assert.Equal("/usb", again.AwayAbove("/usb/music/x.flac"));
        Assert.Equal("/usb", again.AwayAbove("/usb"));
        Assert.Null(again.AwayAbove("/usb2/x.flac"));
        again.Accept("/usb/music");
        Assert.Null(new MountPoints(file, _ => point).AwayAbove("/usb/music"));
    }

    [Fact]
    public void Root_disk_is_never_away()
    {
        var point = "/";
        var mounts = new MountPoints(null, _ => point);
        mounts.Remember("/srv/photos");
        point = "/home";
        Assert.Null(mounts.AwayAbove("/srv/photos"));
    }

    [Fact]
    public void Mounted_folder_is_the_point_of_all_below_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Directory.Exists("/proc/self"), "no /proc to look at");
        Assert.Equal("/proc", MountPoints.PointOf("/proc/self/task"));
        Assert.Equal("/", MountPoints.PointOf("/"));
        Assert.Equal("/", MountPoints.PointOf("/nowhere/at/all"));
    }
}
