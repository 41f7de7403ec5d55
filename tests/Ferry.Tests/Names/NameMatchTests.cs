using Ferry.Names;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Names;

public sealed class NameMatchTests
{
    /// <summary>What is there (letter = content), what is asked for, and which contents are chosen.</summary>
    [Theory]
    [InlineData("x.txt", "a:x.txt", "a")]
    [InlineData("x.txt", "a:x.txt b:X.txt", "a")]
    [InlineData("x.txt", "a:x.txt a:other/x.txt", "a")]
    [InlineData("x.txt", "a:x.txt b:other/x.txt", "a b")]
    [InlineData("other/x.txt", "a:x.txt b:other/x.txt", "b")]
    [InlineData("x.TXT", "a:x.txt b:X.txt", "a b")]
    [InlineData("*.txt", "a:one.txt b:three.bin", "a")]
    [InlineData("*.txt", "a:one.txt b:two.txt", "a b")]
    [InlineData("song", "a:song.flac b:songbook.pdf", "a")]
    [InlineData("song", "a:song.flac b:song.mp3", "a b")]
    [InlineData("song", "a:songs.flac b:songbook.pdf", "a b")]
    [InlineData("ter1", "a:chapter1.txt b:chapter10.txt", "a")]
    [InlineData("song.flac", "a:unrelated.bin", "")]
    public void Chosen_is(string query, string offered, string expected)
    {
        var candidates = offered.Split(' ').Select(item => new NamedContent(Id(item[0]), item[2..]));
        IReadOnlyList<RankedContent> chosen = NameMatch.Choose(query, NameMatch.Rank(query, candidates)) switch
        {
            NameChoice.One one => [one.Content],
            NameChoice.Several several => several.Contents,
            _ => [],
        };
        Assert.Equal(expected, string.Join(' ', chosen.Select(content => Letter(content.Content)).Order()));
    }

    /// <summary>Names that are only near, and which of them is meant by whoever takes the best unseen.</summary>
    [Theory]
    [InlineData("holydays.jpg", "a:holidays.jpg", "a", 'a')]
    [InlineData("holydays.jpg", "a:holidays.jpg b:holidais.jpg", "a b", 'a')]
    [InlineData("holydays", "a:holidays.mp3", "a", 'a')]
    [InlineData("report-2026-11.pdf", "a:report-2026-10.pdf", "a", null)]
    [InlineData("report-2026-11.pdf", "a:report-2026-10.pdf b:reprot-2026-11.pdf", "a b", 'b')]
    [InlineData("report-2026.pdf", "a:report-20266.pdf", "a", null)]
    [InlineData("track ١٢.ogg", "a:track ١٣.ogg", "a", null)]
    [InlineData("img_0001.jpg", "a:img_0002.jpg b:img_0003.jpg", "a b", null)]
    [InlineData("clip.mp3", "a:clip.mp4", "a", null)]
    [InlineData("1.txt", "a:21.txt", "a", 'a')]
    [InlineData("1.txt", "a:21.txt b:31.txt", "a b", 'a')]
    [InlineData("2026-1", "a:report-2026-10.pdf", "a", 'a')]
    public void Near_is(string query, string offered, string near, char? best)
    {
        var candidates = offered["a:".Length..].Split(" b:")
            .Select((name, i) => new NamedContent(Id((char)('a' + i)), name));
        var choice = Assert.IsType<NameChoice.Near>(NameMatch.Choose(query, NameMatch.Rank(query, candidates)));
        Assert.Equal(near, string.Join(' ', choice.Contents.Select(content => Letter(content.Content)).Order()));
        Assert.Equal(best, choice.Best is { } first ? Letter(first.Content) : null);
    }

    [Fact]
    public void Content_id_typed_in_place_of_a_name_is_exact()
    {
        var ranked = NameMatch.Rank(Id('b').ToString(), [new(Id('a'), "x.txt"), new(Id('b'), "x.txt")]);
        Assert.Equal((Id('b'), MatchKind.Exact), (Assert.Single(ranked).Content, ranked[0].Score.Kind));
    }

    [Fact]
    public void Order_does_not_depend_on_the_order_of_arrival()
    {
        NamedContent[] candidates =
        [
            new(Id('a'), "songs.txt"), new(Id('b'), "song"), new(Id('c'), "Song"), new(Id('d'), "sang"),
            new(Id('e'), "x/song"), new(Id('f'), "songs.bin"), new(Id('b'), "songs"),
        ];
        var expected = NameMatch.Rank("song", candidates);
        Assert.Equal("b e c f a", string.Join(' ', expected.Select(content => Letter(content.Content))));
        Assert.Equal(expected, NameMatch.Rank("song", candidates.Reverse()));
    }

    private static ContentId Id(char letter) => new(new Bytes32(letter, 0, 0, 0));
    private static char Letter(ContentId content) => (char)content.Hash.A;
}
