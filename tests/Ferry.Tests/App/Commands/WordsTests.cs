using Ferry.App.Commands;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class WordsTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("request so", "request|so", 8)]
    [InlineData("request ", "request|", 8)]
    [InlineData("request 'two w", "request|two w", 8)]
    [InlineData("request a\\ b", "request|a b", 8)]
    [InlineData("  x", "x", 2)]
    public void Last_word_of_a_line_that_is_typed_is_not_ended(string line, string words, int from)
    {
        var typed = Words.Typed(line);

        Assert.Equal(words, string.Join('|', typed.Words));
        Assert.Equal(from, typed.From);
    }

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("  share   a b ", new[] { "share", "a", "b" })]
    [InlineData("share 'my file.txt'", new[] { "share", "my file.txt" })]
    [InlineData("share \"it's\" ''", new[] { "share", "it's", "" })]
    [InlineData(@"share my\ file ""a \"" b""", new[] { "share", "my file", "a \" b" })]
    [InlineData(@"share 'a\b'", new[] { "share", @"a\b" })]
    [InlineData(@"end\", new[] { @"end\" })]
    [InlineData("pre'mid dle'post", new[] { "premid dlepost" })]
    public void Line_is_split_at_blanks_outside_quotes(string line, string[] words) =>
        Assert.Equal(words, Words.Split(line));

    [Theory]
    [InlineData("share 'a")]
    [InlineData("share \"a")]
    public void Open_quote_makes_no_words(string line) => Assert.Null(Words.Split(line));

    [Fact]
    public void Quoted_word_comes_back_as_it_was() =>
        Prop.ForAll<NonNull<string>>(word => Words.Split(Words.Quote(word.Get)) is [var back] && back == word.Get)
            .QuickCheckThrowOnFailure();
}
