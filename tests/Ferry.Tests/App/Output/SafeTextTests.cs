using Ferry.App.Output;
using Xunit;

namespace Ferry.Tests.App.Output;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("song.flac")]
    [InlineData("Größe [1] 東京 🎵")]
    [InlineData("👩‍🚀.png")]
    public void Honest_names_are_left_alone(string name) => Assert.Equal(name, SafeText.Clean(name));

    [Theory]
    [InlineData("a\e[2Jb", "a�[2Jb")]
    [InlineData("a\r\nb\tc", "a��b�c")]
    [InlineData("a\u009B31mb", "a�31mb")]
    [InlineData("txt\u202Eexe", "txt�exe")]
    [InlineData("a\u2028b", "a�b")]
    public void What_a_terminal_would_obey_is_replaced(string name, string clean) =>
        Assert.Equal(clean, SafeText.Clean(name));

    [Fact]
    public void Half_of_a_surrogate_pair_is_replaced() =>
        Assert.Equal("half � of a pair", SafeText.Clean("half \ud83d of a pair"));
}
