using System.Text.RegularExpressions;
using Ferry.App.Output;
using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.App.Output;

/// <summary>The line of a download stays one, whatever the file is called and however narrow the terminal is.</summary>
public sealed partial class ProgressLineTests
{
    private static readonly RequestEvent.Progress HalfWay = new(
        500_000_000, 1_000_000_000, 2_500_000, 200, TransferPhase.Running,
        [new SourceInfo("anna", 1, "tcp", 200_000_000), new SourceInfo("ben", 3, "tcp", 300_000_000)]);

    [Theory]
    [InlineData("song.flac")]
    [InlineData("第十二回東京国際映画祭公式記録映像完全版第一部.mkv")]
    [InlineData("\U0001F468\u200D\U0001F469\u200D\U0001F467\U0001F468\u200D\U0001F469\u200D\U0001F467.jpg")]
    [InlineData("\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7\U0001F1E9\U0001F1EA")]
    [InlineData("re\u0301sume\u0301 du proce\u0300s-verbal de l'assemble\u0301e ge\u0301ne\u0301rale.pdf")]
    [InlineData("नमस्ते-दुनिया-की-लम्बी-फ़ाइल-का-नाम.txt")]
    public void Line_fits_into_any_terminal(string name)
    {
        foreach (var width in (int[])[200, 80, 60, 40, 20, 10, 2])
        {
            var line = Shown(name, width, colour: true);
            Assert.StartsWith("\r\e[?7l", line, StringComparison.Ordinal);
            Assert.EndsWith("\e[K\e[?7h", line, StringComparison.Ordinal);
            var seen = Escapes().Replace(line, "").TrimStart('\r');
            Assert.DoesNotContain('\n', seen);
            Assert.True(Cells.Width(seen) < width, $"{Cells.Width(seen)} cells at {width}: {seen}");
        }
    }

    [Theory]
    [InlineData("song.flac", "song.flac  ")]
    [InlineData("第十二回東京国際映画祭公式記録映像完全版第一部.mkv", "第十二回東京国際映画祭公式…  ")]
    public void Bar_begins_behind_the_name(string name, string label)
    {
        var seen = Escapes().Replace(Shown(name, 140, colour: true), "").TrimStart('\r');
        Assert.StartsWith(label + new string('█', 15) + new string('░', 15), seen, StringComparison.Ordinal);
        Assert.EndsWith("50 % of 1.0 GB, 2.5 MB/s, 3:20 left, from 2 nodes (1+3 hops)", seen, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_bar_is_coloured_and_only_where_colour_is_wanted()
    {
        var coloured = $"漢字  \e[32m{new string('█', 15)}\e[0m░";
        Assert.Contains(coloured, Shown("漢字", 140, colour: true), StringComparison.Ordinal);
        Assert.DoesNotContain("\e[32m", Shown("漢字", 140, colour: false), StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_pipe_it_is_a_line_of_text()
    {
        using var output = new StringWriter { NewLine = "\n" };
        new ProgressLine(new Screen(output, TextWriter.Null, ScreenTraits.Plain), TimeProvider.System)
            .Show("漢字", HalfWay);
        Assert.Equal("漢字:  50 % of 1.0 GB, 2.5 MB/s, 3:20 left, from 2 nodes (1+3 hops)\n", output.ToString());
    }

    private static string Shown(string name, int width, bool colour)
    {
        using var output = new StringWriter();
        var traits = new ScreenTraits(OutputIsTerminal: true, InputIsTerminal: true, colour, () => width);
        new ProgressLine(new Screen(output, TextWriter.Null, traits), TimeProvider.System).Show(name, HalfWay);
        return output.ToString();
    }

    [GeneratedRegex(@"\e\[[?0-9]*[a-zA-Z]", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Escapes();
}
