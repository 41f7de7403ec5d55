using Ferry.App.Output;
using Xunit;

namespace Ferry.Tests.App.Output;

/// <summary>What is typed and what is told stay apart on the screen, whatever comes when.</summary>
public sealed class LiveBlockTests : IDisposable
{
    private readonly object _one = new(), _two = new();
    private readonly TerminalEmulator _terminal = new(40, 10);
    private readonly LiveBlock _live;
    private readonly TextWriter _above;
    private TerminalSize _size = new(40, 10);

    public LiveBlockTests()
    {
        _live = new LiveBlock(_terminal, () => _size, colour: true);
        _above = _live.Above("\n");
    }

    public void Dispose()
    {
        _above.Dispose();
        _terminal.Dispose();
    }

    [Fact]
    public void Text_goes_above_the_line_that_is_typed_and_the_cursor_stays_in_it()
    {
        _live.ShowInput("ferry> ", "request song", 7);
        _above.WriteLine("anna asks to be let in");
        _live.Show(_one, new LiveLine("song  10 %", 0, 4));
        _above.WriteLine("a second line");
        _live.Show(_one, new LiveLine("song  20 %", 0, 4));

        Assert.Equal(
            ["anna asks to be let in", "a second line", "song  20 %", "ferry> request song"], _terminal.Screen);
        Assert.Equal((3, 14), _terminal.Cursor);
        Assert.True(_terminal.ShowsCursor);
    }

    [Fact]
    public void Lines_of_several_owners_come_and_go()
    {
        _live.Show(_one, new LiveLine("a"), new LiveLine("b"));
        _live.ShowInput("> ", "x", 1);
        _live.Show(_two, new LiveLine("c"));
        Assert.Equal(["a", "b", "c", "> x"], _terminal.Screen);

        _live.Show(_one);
        Assert.Equal(["c", "> x"], _terminal.Screen);

        _live.EndInput("^C");
        _live.Show(_two);
        Assert.Equal(["> x^C"], _terminal.Screen);
        _above.WriteLine("next");
        Assert.Equal(["> x^C", "next"], _terminal.Screen);
    }

    [Fact]
    public void Lines_beyond_a_third_of_the_screen_are_counted()
    {
        _live.Show(_one, [.. Enumerable.Range(1, 9).Select(number => new LiveLine($"line {number}"))]);

        Assert.Equal(["line 1", "line 2", "… and 7 more"], _terminal.Screen);
    }

    [Fact]
    public void Long_line_takes_several_rows_and_the_cursor_moves_through_them()
    {
        var text = string.Concat(Enumerable.Range(0, 10).Select(number => $"{number}---------"));
        for (var length = 0; length <= text.Length; length++) _live.ShowInput("> ", text[..length], length);
        _above.WriteLine("above");
        Assert.Equal(["above", "> " + text[..37], text[37..76], text[76..]], _terminal.Screen);
        Assert.Equal((3, 24), _terminal.Cursor);

        _live.ShowInput("> ", text, 37);
        Assert.Equal((2, 0), _terminal.Cursor);
        _live.ShowInput("> ", text, 0);
        Assert.Equal((1, 2), _terminal.Cursor);
        _above.WriteLine("more");
        Assert.Equal(["above", "more", "> " + text[..37], text[37..76], text[76..]], _terminal.Screen);
    }

    [Fact]
    public void Line_that_is_longer_than_the_screen_shows_what_is_around_the_cursor()
    {
        _live.Show(_one, new LiveLine("progress"));
        _live.ShowInput("> ", new string('x', 1000) + "END", 1003);

        Assert.Equal("progress", _terminal.Screen[0]);
        Assert.EndsWith("END", _terminal.Screen[^1], StringComparison.Ordinal);
        Assert.True(_terminal.Screen.Count <= 10);
    }

    [Fact]
    public void Screen_scrolls_and_the_block_stays_below()
    {
        _live.Show(_one, new LiveLine("progress"));
        _live.ShowInput("> ", "typed", 5);
        for (var number = 0; number < 50; number++) _above.WriteLine($"line {number}");

        Assert.Equal(
            [.. Enumerable.Range(0, 50).Select(number => $"line {number}"), "progress", "> typed"], _terminal.All);
        Assert.Equal((9, 7), _terminal.Cursor);
    }

    [Theory]
    [InlineData("漢字.mkv", 2, 4)]
    [InlineData("re\u0301sume\u0301", 3, 2)]
    [InlineData("👍 ok", 2, 2)]
    public void Cursor_stands_where_the_terminal_has_put_the_characters(string text, int cursor, int cells)
    {
        _live.ShowInput("> ", text, cursor);

        Assert.Equal(["> " + text], _terminal.Screen);
        Assert.Equal((0, 2 + cells), _terminal.Cursor);
    }

    [Fact]
    public void Wide_characters_never_leave_half_of_one_at_the_edge()
    {
        var text = new string('漢', 60);
        _live.ShowInput("> ", text, text.Length);

        Assert.Equal(text, string.Concat(_terminal.Screen)[2..]);
        Assert.All(_terminal.Screen, row => Assert.True(Cells.Width(row) < 40));
    }

    [Theory]
    [InlineData(25)]
    [InlineData(60)]
    public void Block_is_drawn_anew_at_another_width(int columns)
    {
        _above.WriteLine("above");
        _live.Show(_one, new LiveLine("a line of progress, 36 cells of it.."));
        _live.ShowInput("ferry> ", "request a-song-with-a-name.flac", 31);

        _terminal.Resize(columns);
        _size = _size with { Columns = columns };
        _live.Redraw();

        Assert.Equal("above", _terminal.All[0]);
        Assert.Single(_terminal.All, row => row.Contains("progress", StringComparison.Ordinal));
        Assert.Single(_terminal.All, row => row.Contains("ferry>", StringComparison.Ordinal));
        Assert.EndsWith("flac", string.Concat(_terminal.All), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_cannot_command_the_terminal()
    {
        _live.Show(_one, new LiveLine($"a {Samples.HostileName}"));
        _live.ShowInput("> ", "\e[2J\u202Eb", 5);

        Assert.Equal(2, _terminal.Screen.Count);
        Assert.Equal("> \uFFFD[2J\uFFFDb", _terminal.Screen[1]);
    }

    [Fact]
    public void Hidden_block_leaves_the_terminal_to_others_until_it_reappears()
    {
        _live.ShowInput("> ", "typed", 5);
        _live.Hide();
        _terminal.Write("\r\n[1]+ Stopped\n");
        _live.Show(_one, new LiveLine("progress"));
        _above.WriteLine("a log line");
        Assert.Equal(["> typed", "[1]+ Stopped", "a log line"], _terminal.Screen);

        _live.Reappear();
        Assert.Equal(["> typed", "[1]+ Stopped", "a log line", "progress", "> typed"], _terminal.Screen);
    }

    [Fact]
    public void Text_without_an_end_waits_for_it_while_somebody_types()
    {
        _live.ShowInput("> ", "typed", 5);
        _above.Write("half ");
        Assert.Equal(["> typed"], _terminal.Screen);
        _above.Write("and half\n");
        Assert.Equal(["half and half", "> typed"], _terminal.Screen);

        _above.Write("an end");
        _live.EndInput("");
        Assert.Equal(["half and half", "> typed", "an end"], _terminal.Screen);
    }

    [Fact]
    public async Task Nothing_is_torn_when_many_write_at_once()
    {
        var cancel = TestContext.Current.CancellationToken;
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(
            () =>
            {
                for (var number = 0; number < 50; number++)
                {
                    _above.WriteLine($"writer {writer} line {number}");
                    _live.Show(_one, new LiveLine($"{number} %"));
                    _live.ShowInput("> ", new string('x', number), number);
                }
            }, cancel));
        await Task.WhenAll(writers);
        _live.EndInput("");
        _live.Show(_one);

        var told = _terminal.All.SkipLast(2).ToList();
        Assert.Equal(200, told.Count(row => row.StartsWith("writer ", StringComparison.Ordinal)));
        Assert.Equal(200, told.Count);
    }
}
