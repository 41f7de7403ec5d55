using Ferry.App.Commands;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Ferry.Tests.App.Commands;

public sealed class WordsTests
{
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
