using Ferry.App.Output;
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
}
