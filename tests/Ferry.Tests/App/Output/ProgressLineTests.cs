using Ferry.App.Output;
using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.App.Output;

/// <summary>The line of a download stays one, whatever the file is called and however narrow the terminal is.</summary>
public sealed class ProgressLineTests
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
        foreach (var columns in (int[])[200, 80, 60, 40, 20, 10, 3])
        {
            using var terminal = new TerminalEmulator(columns, 8);
            terminal.Write("a\n");
            Show(terminal, columns, name, twice: true);
            // Where not even one character fits there is nothing to see.
            Assert.InRange(terminal.Screen.Count, 1, 2);
            Assert.All(terminal.Screen, row => Assert.True(Cells.Width(row) < columns, row));
        }
    }

    [Theory]
    [InlineData("song.flac", "song.flac  ")]
    [InlineData("第十二回東京国際映画祭公式記録映像完全版第一部.mkv", "第十二回東京国際映画祭公式…  ")]
    public void Bar_begins_behind_the_name(string name, string label)
    {
        using var terminal = new TerminalEmulator(140, 8);
        Show(terminal, 140, name);
        Assert.Equal(
            $"{label}{new string('█', 15)}{new string('░', 15)}   50 % of 1.0 GB, 2.5 MB/s, 3:20 left, " +
            "from 2 nodes (1+3 hops, tcp)", terminal.Screen[0]);
    }

    [Fact]
    public void Only_the_bar_is_coloured_and_only_where_colour_is_wanted()
    {
        var line = ProgressText.Line("漢字", HalfWay, 140);
        var coloured = $"漢字  \e[32m{new string('█', 15)}\e[0m░";
        Assert.Contains(coloured, line.Draw(139, colour: true), StringComparison.Ordinal);
        Assert.DoesNotContain('\e', line.Draw(139, colour: false));
    }

    [Fact]
    public void Transfer_tells_what_it_waits_for_and_where_it_goes()
    {
        var waits = Samples.Transfer with
        {
            State = TransferPhase.Paused,
            Reason = "the disk is full",
            Sources = [],
        };
        Assert.Equal(
            "↓ song.flac  70 % of 2.0 GB, paused: the disk is full", ProgressText.Line(waits, 60).Text);
        var upload = Samples.Transfer with { Direction = TransferDirection.Upload };
        Assert.Equal(
            "↑ song.flac  70 % of 2.0 GB, 86 MB/s, 7.0 s left, to aaaaaaaaaaaa", ProgressText.Line(upload, 60).Text);
    }

    [Fact]
    public void Where_there_is_little_room_the_name_is_shortened_and_the_facts_are_whole()
    {
        var line = ProgressText.Line("a-long-name-of-a-film.mkv", HalfWay, 80);

        Assert.Equal(
            "a-long-name…  50 % of 1.0 GB, 2.5 MB/s, 3:20 left, from 2 nodes (1+3 hops, tcp)", line.Fit(79));
    }

    [Fact]
    public void On_a_pipe_it_is_a_line_of_text()
    {
        using var output = new StringWriter { NewLine = "\n" };
        new ProgressLine(new Screen(output, TextWriter.Null, ScreenTraits.Plain), TimeProvider.System)
            .Show("漢字", HalfWay);
        Assert.Equal(
            "漢字:  50 % of 1.0 GB, 2.5 MB/s, 3:20 left, from 2 nodes (1+3 hops, tcp)\n", output.ToString());
    }

    private static void Show(TerminalEmulator terminal, int columns, string name, bool twice = false)
    {
        var live = new LiveBlock(terminal, () => new TerminalSize(columns, 8), colour: true);
        var traits = new ScreenTraits(OutputIsTerminal: true, InputIsTerminal: true, true, () => columns);
        var line = new ProgressLine(new Screen(live.Above("\n"), TextWriter.Null, traits, live), TimeProvider.System);
        line.Show(name, HalfWay);
        if (twice) line.Show(name, HalfWay with { Bytes = 500_000_001, Rate = 2_600_000 });
    }
}
