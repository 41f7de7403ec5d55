using Ferry.App.Output;
using Spectre.Console;
using Xunit;

namespace Ferry.Tests.App.Output;

public sealed class TableTextTests
{
    private static readonly Column[] Columns = [new("Name", MayWrap: true), new("Size", IsNumber: true)];

    [Fact]
    public void Hostile_names_stay_in_their_cell()
    {
        var lines = TableText.Render(Columns, [[Samples.HostileName, "1 B"]], ScreenTraits.Plain).ToList();

        Assert.Contains(lines, line => line.Contains("a�[31mb�c[red]d�fdp.exe�e", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotContain(line, char.IsControl));
        // Title, rule, row.
        Assert.Equal(3, lines.Count);
    }

    [Fact]
    public void On_a_pipe_nothing_is_broken_or_cut()
    {
        var name = string.Join(' ', Enumerable.Repeat("word", 100));

        var lines = TableText.Render(Columns, [[name, "1 B"]], ScreenTraits.Plain);

        Assert.Contains(lines, line => line.Contains(name, StringComparison.Ordinal));
    }

    [Fact]
    public void On_a_narrow_terminal_lines_fit()
    {
        var traits = new ScreenTraits(OutputIsTerminal: true, InputIsTerminal: true, Colour: false, () => 40);

        var lines = TableText.Render(Columns, [[string.Join(' ', Enumerable.Repeat("word", 30)), "1 B"]], traits);

        Assert.All(lines, line => Assert.True(line.Length <= 40, line));
    }

    [Fact]
    public void Columns_stay_in_line_under_wide_and_combined_characters()
    {
        var traits = new ScreenTraits(OutputIsTerminal: true, InputIsTerminal: true, Colour: false, () => 80);
        string[] names =
        [
            "song.flac", "東京国際映画祭.mkv", "\U0001F468\u200D\U0001F469\u200D\U0001F467.jpg", "re\u0301sume\u0301.pdf",
            "한글.txt", string.Concat(Enumerable.Repeat("長い名前", 20)),
        ];

        var lines = TableText.Render(Columns, names.Select(name => (string[])[name, "12 MB"]), traits).ToList();

        Assert.All(lines, line => Assert.True(line.GetCellWidth() <= 80, line));
        var ends = lines.Where(line => line.EndsWith("12 MB", StringComparison.Ordinal)).ToList();
        Assert.Equal(names.Length, ends.Count);
        Assert.Single(ends.Select(line => line.GetCellWidth()).Distinct());
    }
}
