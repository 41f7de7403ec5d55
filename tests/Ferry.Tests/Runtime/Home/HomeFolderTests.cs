using Ferry.Runtime;
using Ferry.Runtime.Home;
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

    [Fact]
    public void A_second_node_on_a_home_is_told_so()
    {
        using var first = HomeFolder.Open(_folder);

        var refused = Assert.Throws<FerryException>(() => HomeFolder.Open(_folder));

        Assert.Contains("another node is running", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--home", refused.Message, StringComparison.Ordinal);
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
        Assert.Equal(Path.Combine(_folder, "downloads"), home.OpenDownloads(null));
        var elsewhere = Path.Combine(_folder, "elsewhere");
        Assert.Equal(elsewhere, home.OpenDownloads(elsewhere));
        Assert.True(Directory.Exists(elsewhere));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
