using System.Text;
using Ferry.App.Shell;
using Xunit;

namespace Ferry.Tests.App.Shell;

/// <summary>Typed as a terminal sends it; the line is compared with its cursor written as a bar.</summary>
public sealed class LineEditorTests
{
    private const string Left = "\e[D", Right = "\e[C", Up = "\e[A", Down = "\e[B";

    private static readonly string[] History = ["share maps", "request song", "status"];

    [Theory]
    [InlineData("abc", "abc|")]
    [InlineData("abc" + Left + Left + "X", "aX|bc")]
    [InlineData("abc" + Left + Right + Right + "X", "abcX|")]
    [InlineData("abc\x01X\x05Y", "XabcY|")]
    [InlineData("abc\e[H1\e[F2\e[1~3\eOF4", "31abc24|")]
    [InlineData("abc\x7f", "ab|")]
    [InlineData("abc\x01\e[3~", "|bc")]
    [InlineData("abc\x01\x04", "|bc")]
    [InlineData("\x7f\e[3~" + Left + Right, "|")]
    [InlineData("one two-three\x17", "one |")]
    [InlineData("one two  \x17", "one |")]
    [InlineData("one two-three\e\x7f", "one |")]
    [InlineData("one two three\eb\ebX", "one X|two three")]
    [InlineData("one two three\x01\ef\e[1;5CX", "one twoX| three")]
    [InlineData("one two three\x01\ed", "| two three")]
    [InlineData("one two\e[1;5D\x0b", "one |")]
    [InlineData("one two\eb\x15", "|two")]
    [InlineData("one two\x17\x01\x19", "two|one ")]
    [InlineData("a\x1b[200~b\nc\r\nd\te\x07\n\x1b[201~f", "ab c d ef|")]
    [InlineData("a\e[99;9u\e[?x\eqb", "ab|")]
    public void Keys_edit_the_line(string keys, string line) => Assert.Equal(line, Typed(keys));

    [Theory]
    [InlineData("e\u0301x" + Left + Left + "|", "||e\u0301x")]
    [InlineData("e\u0301\x7f", "|")]
    [InlineData("漢字" + Left + "\x7f", "|字")]
    [InlineData("👨‍👩‍👧a" + Left + "\x7f", "|a")]
    [InlineData("🇩🇪🇫🇷\x7f", "🇩🇪|")]
    public void What_people_take_for_a_character_is_one(string keys, string line) => Assert.Equal(line, Typed(keys));

    [Theory]
    [InlineData(Up, "status|")]
    [InlineData(Up + Up + Up + Up + Up, "share maps|")]
    [InlineData(Up + Up + Down, "status|")]
    [InlineData("draft" + Up + Down, "draft|")]
    [InlineData("draft" + Up + "X" + Down + Up, "status|")]
    [InlineData("\x10\x10\x0e", "status|")]
    [InlineData(Down, "|")]
    [InlineData("\x12s", "|status")]
    [InlineData("\x12s\x12", "reque|st song")]
    [InlineData("\x12s\x12\x12", "|share maps")]
    [InlineData("\x12s\x12\x12\x12", "|share maps")]
    [InlineData("\x12song", "request |song")]
    [InlineData("\x12songx\x7f", "request |song")]
    [InlineData("draft\x12song\x07", "draft|")]
    [InlineData("\x12song\x05X", "request songX|")]
    [InlineData("\x12nothing", "|")]
    public void Older_lines_come_back(string keys, string line) => Assert.Equal(line, Typed(keys));

    [Theory]
    [InlineData("abc\r", "Entered")]
    [InlineData("abc\n", "Entered")]
    [InlineData("\x12song\r", "Entered")]
    [InlineData("\x04", "EndOfInput")]
    [InlineData("abc\x04", "Typing")]
    [InlineData("abc\t", "Complete")]
    [InlineData("abc\x0c", "ClearScreen")]
    [InlineData("\e[200~abc\r\n\e[201~", "Typing")]
    public void Some_keys_are_for_the_shell(string keys, string outcome)
    {
        var last = LineOutcome.Typing;
        Type(keys, Encoding.UTF8.GetBytes(keys).Length, seen => last = seen);
        Assert.Equal(outcome, last.ToString());
    }

    [Theory]
    [InlineData("one 漢字 👨‍👩‍👧 e\u0301\e[D\e[200~two\nthree\e[201~\e[1;5DX")]
    public void Bytes_may_come_in_pieces_of_any_length(string keys)
    {
        var whole = Typed(keys);
        for (var piece = 1; piece < 9; piece++) Assert.Equal(whole, Typed(keys, piece));
    }

    [Fact]
    public void Line_and_paste_are_bounded()
    {
        Assert.Equal(LineEditor.TextMax + 1, Typed(new string('x', 3 * LineEditor.TextMax)).Length);
        Assert.Equal(LineEditor.TextMax + 1, Typed($"\e[200~{new string('y', 1_000_000)}\e[201~").Length);
        Assert.Equal("", Typed("\e[" + new string('1', 1000)).Trim('1', '|'));
    }

    /// <summary>From a seed: whatever bytes come, the cursor stands between two characters of the line.</summary>
    [Fact]
    public void Noise_leaves_a_line()
    {
        var chance = new Random(4711);
        var (decoder, editor, line) = (new KeyDecoder(), new LineEditor(History), LineState.Empty);
        var bytes = new byte[16];
        for (var round = 0; round < 3_000; round++)
        {
            chance.NextBytes(bytes);
            foreach (var key in decoder.Decode(bytes)) line = editor.Press(line, key).Line;
            Assert.InRange(line.Cursor, 0, line.Text.Length);
            Assert.True(line.Cursor == line.Text.Length || !char.IsLowSurrogate(line.Text[line.Cursor]));
            Assert.DoesNotContain(line.Text, char.IsControl);
        }
    }

    private static string Typed(string keys, int? piece = null)
    {
        var line = Type(keys, piece ?? Encoding.UTF8.GetBytes(keys).Length, _ => { });
        return line.Text.Insert(line.Cursor, "|");
    }

    private static LineState Type(string keys, int piece, Action<LineOutcome> outcome)
    {
        var (decoder, editor, line) = (new KeyDecoder(), new LineEditor(History), LineState.Empty);
        foreach (var part in Encoding.UTF8.GetBytes(keys).Chunk(piece))
        {
            foreach (var key in decoder.Decode(part))
            {
                (line, var seen) = editor.Press(line, key);
                outcome(seen);
            }
        }
        return line;
    }
}
