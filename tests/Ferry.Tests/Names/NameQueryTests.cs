using Ferry.Names;
using Xunit;

namespace Ferry.Tests.Names;

public sealed class NameQueryTests
{
    /// <summary>What users type, what there is, and what they expect.</summary>
    [Theory]
    [InlineData("song.flac", "song.flac", MatchKind.Exact)]
    [InlineData("song.flac", "music/song.flac", MatchKind.Exact)]
    [InlineData("music/song.flac", "music/song.flac", MatchKind.Exact)]
    [InlineData("Song.FLAC", "music/song.flac", MatchKind.IgnoreCase)]
    [InlineData("MUSIC/song.flac", "music/song.flac", MatchKind.IgnoreCase)]
    [InlineData("ЖУРНАЛ.txt", "журнал.TXT", MatchKind.IgnoreCase)]
    [InlineData("café.txt", "cafe\u0301.txt", MatchKind.Exact)]
    [InlineData("CAFE\u0301.txt", "café.txt", MatchKind.IgnoreCase)]
    [InlineData("می\u200Cخواهم.txt", "می\u200Cخواهم.txt", MatchKind.Exact)]
    [InlineData("میخواهم.txt", "می\u200Cخواهم.txt", MatchKind.IgnoreCase)]
    [InlineData("❤.png", "a/❤\uFE0F.png", MatchKind.IgnoreCase)]
    [InlineData("❤\uFE0F*", "❤.png", MatchKind.Glob)]
    [InlineData("\u200D", "song.flac", MatchKind.None)]
    [InlineData("*.flac", "music/song.flac", MatchKind.Glob)]
    [InlineData("*.FLAC", "music/song.flac", MatchKind.Glob)]
    [InlineData("s?ng.fl[a-c]c", "song.flac", MatchKind.Glob)]
    [InlineData("s[!a-n]ng*", "song.flac", MatchKind.Glob)]
    [InlineData("music/*", "music/song.flac", MatchKind.Glob)]
    [InlineData("music*", "music/song.flac", MatchKind.None)]
    [InlineData("?.txt", "😀.txt", MatchKind.Glob)]
    [InlineData("file[1].txt", "file[1].txt", MatchKind.Exact)]
    [InlineData("[draft", "notes [draft].md", MatchKind.Substring)]
    [InlineData("song", "song.flac", MatchKind.Substring)]
    [InlineData("ong", "song.flac", MatchKind.Substring)]
    [InlineData("usic/so", "music/song.flac", MatchKind.Substring)]
    [InlineData("music", "music/song.flac", MatchKind.Substring)]
    [InlineData("sogn.flac", "song.flac", MatchKind.Similar)]
    [InlineData("sng.flac", "music/song.flac", MatchKind.Similar)]
    [InlineData("holliday", "pictures/holiday.jpg", MatchKind.Similar)]
    [InlineData("pictures/holliday.jpg", "pictures/holiday.jpg", MatchKind.Similar)]
    [InlineData("cat.txt", "car.txt", MatchKind.Similar)]
    [InlineData("a.txt", "b.txt", MatchKind.None)]
    [InlineData("a1.txt", "a2.txt", MatchKind.None)]
    [InlineData("report-march.pdf", "report-april.pdf", MatchKind.None)]
    [InlineData("song.flac", "unrelated.bin", MatchKind.None)]
    [InlineData("", "song.flac", MatchKind.None)]
    [InlineData("song.flac", "", MatchKind.None)]
    public void Query_fits_name(string query, string name, MatchKind expected) =>
        Assert.Equal(expected, new NameQuery(query).Score(new OfferedName(name)).Kind);

    [Fact]
    public void A_query_longer_than_a_message_can_carry_fits_nothing()
    {
        var name = new string('a', 1025);
        Assert.Equal(MatchKind.None, new NameQuery(name).Score(new OfferedName(name)).Kind);
    }

    [Fact]
    public void The_nearer_of_two_similar_names_scores_more()
    {
        var query = new NameQuery("holydays.jpg");
        var near = query.Score(new OfferedName("holidays.jpg"));
        var far = query.Score(new OfferedName("holidais.jpg"));
        Assert.True(near.CompareTo(far) > 0);
    }

    [Fact]
    public void A_name_that_lacks_only_the_extension_scores_more_than_any_part()
    {
        var query = new NameQuery("song");
        Assert.Equal(1, query.Score(new OfferedName("music/Song.flac")).Score);
        Assert.True(query.Score(new OfferedName("songs")).Score < 1);
    }
}
