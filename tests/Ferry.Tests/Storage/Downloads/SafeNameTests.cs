using System.Text;
using Ferry.Storage.Downloads;
using Xunit;

namespace Ferry.Tests.Storage.Downloads;

public sealed class SafeNameTests
{
    [Theory]
    [InlineData("song.flac", "song.flac")]
    [InlineData("album/disc 1/song.flac", "song.flac")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("..", "unnamed")]
    [InlineData(".", "unnamed")]
    [InlineData("", "unnamed")]
    [InlineData("folder/", "unnamed")]
    [InlineData("/", "unnamed")]
    [InlineData("a\0b\nc\u001b[31m", "abc[31m")]
    [InlineData("photo\u202Egpj.exe", "photogpj.exe")]
    [InlineData("a\u2066b\u2069.txt\u2028", "ab.txt")]
    [InlineData("\u3164\u115F", "unnamed")]
    [InlineData("  ", "unnamed")]
    [InlineData(".bashrc", ".bashrc")]
    [InlineData("🚢 ferry ⛴.mp4", "🚢 ferry ⛴.mp4")]
    [InlineData("Ärger\u0308.txt", "Ärger\u0308.txt")]
    public void Offered_name_becomes_a_name_that_does_no_harm(string offered, string safe) =>
        Assert.Equal(safe, SafeName.Of(offered));

    /// <summary>What Linux takes, and what scripts and emoji need to be spelt right.</summary>
    [Theory]
    [InlineData("می\u200Cخواهم.txt")]
    [InlineData("क्\u200Dष.txt")]
    [InlineData("❤\uFE0F family 👨\u200D👩\u200D👧.png")]
    [InlineData("\u200Fעברית.txt")]
    [InlineData("what? <this>: \"a|b\"*")]
    [InlineData(@"..\..\autoexec.bat")]
    [InlineData("aux.c")]
    [InlineData("trailing. . .")]
    [InlineData("   leading")]
    [InlineData("...")]
    public void Name_that_the_system_takes_stays_as_it_is(string offered)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "takes fewer names");
        Assert.Equal(offered, SafeName.Of(offered));
    }

    [Theory]
    [InlineData("song.flac", "song.flac")]
    [InlineData(@"..\..\autoexec.bat", ".._.._autoexec.bat")]
    [InlineData("trailing. . .", "trailing")]
    [InlineData("...", "unnamed")]
    [InlineData("\u0600  .", "unnamed")]
    [InlineData("CON", "_CON")]
    [InlineData("nul.txt", "_nul.txt")]
    [InlineData("lpt1", "_lpt1")]
    [InlineData("console", "console")]
    [InlineData("what? <this>: \"a|b\"*", "what_ _this__ _a_b__")]
    public void Portable_name_is_one_that_every_file_system_holds(string name, string portable) =>
        Assert.Equal(portable, SafeName.Portable(name));

    /// <summary>Not in the table above: attributes are kept as UTF-8, which has no lone surrogates.</summary>
    [Fact]
    public void Name_whose_only_letter_is_cut_off_shows_something() =>
        Assert.Equal("unnamed", SafeName.Of(new string('\u200B', SafeName.BytesMax / 3) + "a"));

    [Fact]
    public void Half_a_character_becomes_a_whole_one() =>
        Assert.Equal("lone\ufffdsurrogate", SafeName.Of("lone" + (char)0xd800 + "surrogate"));

    [Fact]
    public void Name_of_255_bytes_stays_and_a_longer_one_keeps_its_extension()
    {
        var longest = new string('a', 250) + ".flac";
        Assert.Equal(longest, SafeName.Of(longest));
        var cut = SafeName.Of(new string('a', 300) + ".flac");
        Assert.Equal(longest, cut);
        var emoji = SafeName.Of(string.Concat(Enumerable.Repeat("🚢", 80)) + ".mp4");
        Assert.True(Encoding.UTF8.GetByteCount(emoji) is > 250 and <= 255);
        Assert.EndsWith("🚢.mp4", emoji, StringComparison.Ordinal);
    }

    [Fact]
    public void Marks_and_endings_fit_too()
    {
        var longest = new string('a', 250) + ".flac";
        Assert.Equal("song (2).flac", SafeName.Marked("song.flac", " (2)"));
        Assert.Equal(".bashrc (2)", SafeName.Marked(".bashrc", " (2)"));
        Assert.Equal(255, SafeName.Marked(longest, " (2)").Length);
        Assert.EndsWith("a (2).flac", SafeName.Marked(longest, " (2)"), StringComparison.Ordinal);
        Assert.Equal(255, SafeName.Ended(longest, ".part").Length);
    }
}
