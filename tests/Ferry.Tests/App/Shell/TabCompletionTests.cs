using Ferry.App.Commands;
using Ferry.App.Shell;
using Xunit;

namespace Ferry.Tests.App.Shell;

public sealed class TabCompletionTests
{
    [Theory]
    [InlineData("sta", "status", "status |")]
    [InlineData("request so", "song.flac", "request song.flac |")]
    [InlineData("request tw", "two words.flac", "request 'two words.flac' |")]
    [InlineData("request 'two w", "two words.flac", "request 'two words.flac' |")]
    [InlineData("request two\\ w", "two words.flac", "request 'two words.flac' |")]
    [InlineData("request it", "it's.txt", "request 'it'\\''s.txt' |")]
    [InlineData("share Ma", "Maps/", "share Maps/|")]
    [InlineData("share My", "My Maps/", "share 'My Maps/|")]
    [InlineData("share x", "", "share x|")]
    [InlineData("s", "status,share", "s|")]
    [InlineData("request s", "song 1,song 2", "request 'song |")]
    [InlineData("request ", "漢字,漢語", "request '漢|")]
    public void Word_grows_as_far_as_it_is_certain(string line, string candidates, string completed)
    {
        var offered = candidates.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => new Candidate(word, IsWhole: !word.EndsWith('/'))).ToList();
        var state = TabCompletion.Complete(
            new LineState(line, line.Length), Words.Typed(line).From, offered);

        Assert.Equal(completed, state.Text.Insert(state.Cursor, "|"));
        if (offered.Count == 1 && offered[0].IsWhole) Assert.Equal(offered[0].Word, Words.Split(state.Text)![^1]);
    }

    [Fact]
    public void Text_behind_the_cursor_stays()
    {
        var state = TabCompletion.Complete(new LineState("sta --json", 3), 0, [new Candidate("status")]);

        Assert.Equal("status |--json", state.Text.Insert(state.Cursor, "|"));
    }

    [Fact]
    public void Candidates_are_listed_in_columns_as_far_as_there_is_room()
    {
        var candidates = Enumerable.Range(10, 20).Select(number => new Candidate($"/data/file{number}")).ToList();

        Assert.Equal(
            ["file10  file11  file12", "file13  file14  file15", "… and 14 more"],
            TabCompletion.List(candidates, 25, 2));
        Assert.Equal(["漢字/  b"], TabCompletion.List([new Candidate("a/漢字/", "", IsWhole: false), new("b")], 25, 2));
    }
}
