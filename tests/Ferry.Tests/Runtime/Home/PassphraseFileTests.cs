using Ferry.Runtime;
using Ferry.Runtime.Home;
using Xunit;

namespace Ferry.Tests.Runtime.Home;

public sealed class PassphraseFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("bafod gihun\n")]
    [InlineData("bafod gihun\r\n")]
    [InlineData("bafod gihun")]
    public void Line_break_at_the_end_does_not_belong_to_it(string text) =>
        Assert.Equal("bafod gihun", PassphraseFile.Read(Write(text)));

    [Theory]
    [InlineData("")]
    [InlineData("short\n")]
    [InlineData("two lines\nof it")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0")]
    public void What_is_no_passphrase_is_refused_without_being_shown(string text)
    {
        var failed = Assert.Throws<FerryException>(() => PassphraseFile.Read(Write(text)));
        Assert.Contains("ferry passphrase", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("two lines", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Longest_is_bounded()
    {
        var longest = new string('x', PassphraseFile.BytesMax);
        Assert.Equal(longest, PassphraseFile.Read(Write(longest)));
        Assert.Throws<FerryException>(() => PassphraseFile.Read(Write(new string('x', PassphraseFile.BytesMax + 1))));
        Assert.Throws<FerryException>(() => PassphraseFile.Read("/dev/zero"));
    }

    [Fact]
    public void File_that_others_can_read_is_refused()
    {
        if (OperatingSystem.IsWindows()) return;
        var path = Write("bafod gihun\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        var failed = Assert.Throws<FerryException>(() => PassphraseFile.Read(path));
        Assert.Contains("chmod 600", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_that_is_not_there_is_named()
    {
        var failed = Assert.Throws<FerryException>(() => PassphraseFile.Read(_folder["none"]));
        Assert.Contains(_folder["none"], failed.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Write(string text)
    {
        var path = _folder["phrase"];
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
