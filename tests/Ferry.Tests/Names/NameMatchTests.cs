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
    [InlineData("holydays.jpg", "a:holidays.jpg b:holidais.jpg", "a")]
    [InlineData("img_0001.jpg", "a:img_0002.jpg b:img_0003.jpg", "a b")]
    [InlineData("song.flac", "a:unrelated.bin", "")]
    public void Chosen_is(string query, string offered, string expected)
    {
        var candidates = offered.Split(' ').Select(item => new NamedContent(Id(item[0]), item[2..]));
        IReadOnlyList<RankedContent> chosen = NameMatch.Choose(NameMatch.Rank(query, candidates)) switch
        {
            NameChoice.One one => [one.Content],
            NameChoice.Several several => several.Contents,
            _ => [],
        };
        Assert.Equal(expected, string.Join(' ', chosen.Select(content => Letter(content.Content)).Order()));
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
