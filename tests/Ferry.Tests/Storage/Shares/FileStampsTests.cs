using Ferry.Storage.Disk;
using Ferry.Storage.Shares;
using Xunit;

namespace Ferry.Tests.Storage.Shares;

public sealed class FileStampsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Opened_file_is_the_one_that_was_seen_at_its_path()
    {
        var (path, stamp) = Write("shared");
        using var file = File.OpenHandle(path);
        Assert.True(FileStamps.IsOf(file, path, stamp));
    }

    [Fact]
    public void Link_that_took_the_files_place_before_it_was_opened_is_noticed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a right there");
        var (path, stamp) = Write("shared");
        var (secret, _) = Write("secret");
        File.Move(path, path + ".kept");
        File.CreateSymbolicLink(path, secret);

        using var file = File.OpenHandle(path);

        Assert.False(FileStamps.IsOf(file, path, stamp));
    }

    [Fact]
    public void Link_that_is_gone_again_is_noticed()
    {
        var (path, stamp) = Write("shared");
        var (secret, _) = Write("secret");

        using var file = File.OpenHandle(secret);

        Assert.False(FileStamps.IsOf(file, path, stamp));
    }

    private (string Path, FileStamp Stamp) Write(string name)
    {
        var path = _folder[name];
        File.WriteAllText(path, "as long as each other");
        return (path, FileStamps.OfFile(path)!.Value);
    }
}
