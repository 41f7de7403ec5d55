using Ferry.Runtime;
using Ferry.Runtime.Home;
using Ferry.Storage.Disk;
using Xunit;

namespace Ferry.Tests.Runtime.Home;

public sealed class HomeFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ferry-test-").FullName;

    [Fact]
    public void A_new_home_is_open_to_its_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("only Unix has modes");
            return;
        }
        using var home = HomeFolder.Open(Path.Combine(_folder, "a", "home"));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(home.Path));
    }

    [Theory]
    [InlineData(0b111_000_000, false, false)]
    [InlineData(0b111_101_101, false, true)]
    [InlineData(0b111_101_000, false, true)]
    [InlineData(0b111_111_101, true, false)]
    [InlineData(0b111_111_111, true, false)]
    public void The_modes_of_a_folder_that_is_there_are_never_changed(int mode, bool isRefused, bool isWarnedOf)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("only Unix has modes");
            return;
        }
        File.SetUnixFileMode(_folder, (UnixFileMode)mode);

        var failure = Record.Exception(() =>
        {
            using var home = HomeFolder.Open(_folder);
            Assert.Equal(isWarnedOf, home.Warning is not null);
        });

        Assert.Equal((UnixFileMode)mode, File.GetUnixFileMode(_folder));
        Assert.Equal(isRefused, failure is FerryException);
        if (isRefused) Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void Nobody_is_told_to_close_a_folder_that_others_use()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("only Unix has modes");
            return;
        }
        File.WriteAllText(Path.Combine(_folder, "letter.txt"), "");
        File.SetUnixFileMode(_folder, (UnixFileMode)0b111_111_111);

        var refused = Assert.Throws<FerryException>(() => HomeFolder.Open(_folder));

        Assert.DoesNotContain("chmod", refused.Message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_folder, "ferry"), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_node_on_a_home_is_told_so()
    {
        using var first = HomeFolder.Open(_folder);

        var refused = Assert.Throws<FerryException>(() => HomeFolder.Open(_folder));

        Assert.Equal(NodeHome.AlreadyRunning(_folder).Message, refused.Message);
        Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--home", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_looks_whether_a_node_runs_does_not_keep_one_from_starting()
    {
        using (HomeFolder.Open(_folder)) Assert.True(NodeHome.IsInUse(_folder, out _));
        Assert.False(NodeHome.IsInUse(_folder, out var process));
        Assert.Null(process);
        Assert.False(NodeHome.IsInUse(Path.Combine(_folder, "nothing"), out _));
        // As a command holds it, for some microseconds.
        var looking = new FileStream(Path.Combine(_folder, HomeFolder.LockName), FileMode.Open, FileAccess.Read,
            FileShare.Read);
        var starting = Task.Run(() => HomeFolder.Open(_folder));
        await looking.DisposeAsync();
        (await starting).Dispose();
    }

    [Fact]
    public void A_lock_that_somebody_removed_is_taken_again()
    {
        using var home = HomeFolder.Open(_folder);
        File.Delete(home.File(HomeFolder.LockName));

        home.Restore();

        Assert.Throws<FerryException>(() => HomeFolder.Open(_folder));
    }

    [Fact]
    public void A_node_whose_lock_was_removed_gives_way_to_one_that_has_started_meanwhile()
    {
        using var home = HomeFolder.Open(_folder);
        File.Delete(home.File(HomeFolder.LockName));
        File.WriteAllText(home.File("node.pid"), "1\n");

        var lost = Assert.Throws<FerryException>(home.Restore);

        Assert.Contains("process 1", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_home_can_be_opened_again_once_its_node_has_stopped()
    {
        HomeFolder.Open(_folder).Dispose();
        HomeFolder.Open(_folder).Dispose();
    }

    [Fact]
    public void A_home_that_is_a_file_is_named()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");

        var refused = Assert.Throws<FerryException>(() => HomeFolder.Open(file));

        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Downloads_go_to_the_home_unless_told_otherwise()
    {
        using var home = HomeFolder.Open(_folder);
        var mounts = MountPoints.Of(_folder);
        Assert.Equal(Path.Combine(_folder, "downloads"), home.OpenDownloads(null, mounts));
        var elsewhere = Path.Combine(_folder, "elsewhere");
        Assert.Equal(elsewhere, home.OpenDownloads(elsewhere, mounts));
        Assert.True(Directory.Exists(elsewhere));
    }

    [Fact]
    public void Downloads_folder_is_not_made_in_the_place_of_a_disk_that_is_away()
    {
        using var home = HomeFolder.Open(_folder);
        var (disk, point) = (Path.Combine(_folder, "usb"), Path.Combine(_folder, "usb"));
        var mounts = new MountPoints(null, _ => point);
        var downloads = home.OpenDownloads(Path.Combine(disk, "downloads"), mounts);
        Directory.Delete(disk, recursive: true);
        point = "/";
        Assert.Equal(downloads, home.OpenDownloads(downloads, mounts));
        Assert.False(Directory.Exists(disk));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
