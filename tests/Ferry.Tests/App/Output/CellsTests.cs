using Ferry.App.Output;
using Xunit;

namespace Ferry.Tests.App.Output;

public sealed class CellsTests
{
    private const string Family = "\U0001F468\u200D\U0001F469\u200D\U0001F467", Thumb = "\U0001F44D\U0001F3FD";

    [Theory]
    [InlineData("", 0)]
    [InlineData("song.flac", 9)]
    [InlineData("漢字.txt", 8)]
    [InlineData("한글", 4)]
    [InlineData("ｶﾅ", 2)]
    [InlineData("e\u0301te\u0301", 3)]
    [InlineData("สวัสดี", 4)]
    [InlineData("\u2764\uFE0F", 2)]
    [InlineData("\U00020000", 2)]
    [InlineData(Thumb, 2)]
    [InlineData("\U0001F1E9\U0001F1EA", 2)]
    public void Width_is_that_on_a_terminal(string text, int cells) => Assert.Equal(cells, Cells.Width(text));

    [Fact]
    public void Joined_emoji_count_as_their_parts() => Assert.Equal(6, Cells.Width(Family));

    [Theory]
    [InlineData("漢字かな", 5, "漢字")]
    [InlineData("漢字かな", 4, "漢字")]
    [InlineData("漢字かな", 1, "")]
    [InlineData("a" + Thumb + "b", 2, "a")]
    [InlineData("a" + Thumb + "b", 3, "a" + Thumb)]
    [InlineData("a" + Family + "b", 7, "a" + Family)]
    [InlineData("e\u0301e\u0301", 1, "e\u0301")]
    [InlineData("song", 4, "song")]
    public void Cut_leaves_whole_characters(string text, int most, string left) =>
        Assert.Equal(left, Cells.Cut(text, most));

    [Theory]
    [InlineData("漢字かな", 5, "漢字…")]
    [InlineData("漢字かな", 8, "漢字かな")]
    [InlineData("song.flac", 5, "song…")]
    public void What_is_shortened_says_so(string text, int most, string left) =>
        Assert.Equal(left, Cells.Shorten(text, most));
}
