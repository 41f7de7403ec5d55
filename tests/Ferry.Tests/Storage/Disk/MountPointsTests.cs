using System.Diagnostics;
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

    /// <summary>Its device is that of the disk on which it lies, mounted or not.</summary>
    [Fact]
    [Trait("Category", "Root")]
    public async Task Folder_that_is_mounted_on_its_own_disk_is_a_point_too()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can mount");
        using var folder = new TemporaryFolder();
        var (data, point) = (folder.NewFolder("data"), folder.NewFolder("point"));
        var below = Path.Combine(point, "photos");
        Directory.CreateDirectory(Path.Combine(data, "photos"));
        Directory.CreateDirectory(below);
        Assert.NotEqual(point, MountPoints.PointOf(below));
        await RunAsync("mount", "--bind", data, point);
        try
        {
            Assert.Equal(point, MountPoints.PointOf(below));
        }
        finally
        {
            await RunAsync("umount", point);
        }
    }

    [Fact]
    public void Mounted_folder_is_the_point_of_all_below_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Directory.Exists("/proc/self"), "no /proc to look at");
        Assert.Equal("/proc", MountPoints.PointOf("/proc/self/task"));
        Assert.Equal("/", MountPoints.PointOf("/"));
        Assert.Equal("/", MountPoints.PointOf("/nowhere/at/all"));
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }
}
