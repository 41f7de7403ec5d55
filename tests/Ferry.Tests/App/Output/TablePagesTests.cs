using Ferry.App.Output;
using Xunit;

namespace Ferry.Tests.App.Output;

/// <summary>Long tables come a page at a time and look like one.</summary>
public sealed class TablePagesTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    private Screen Screen => new(_output, TextWriter.Null, ScreenTraits.Plain);

    [Fact]
    public void Rows_are_written_as_they_come_under_one_line_of_titles()
    {
        var table = new TablePages(Screen, [new Column("Name"), new Column("Size", IsNumber: true)]);
        for (var row = 0; row < 600; row++)
        {
            table.Add([$"file-{row:0000}", $"{row} B"]);
            if (row == 300) Assert.Contains("file-0100", _output.ToString(), StringComparison.Ordinal);
        }
        Assert.DoesNotContain("file-0599", _output.ToString(), StringComparison.Ordinal);
        Assert.True(table.End());

        var lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Single(lines, line => line.Contains("Name", StringComparison.Ordinal));
        var rows = lines.Where(line => line.Contains("file-", StringComparison.Ordinal)).ToList();
        Assert.Equal(600, rows.Count);
        Assert.Equal(
            Enumerable.Range(0, 600).Select(row => $"file-{row:0000}"), rows.Select(row => row.Trim().Split(' ')[0]));
        Assert.Single(rows.Skip(256).Select(row => row.Length).Distinct());
    }

    [Fact]
    public void Table_without_rows_is_none()
    {
        Assert.False(new TablePages(Screen, [new Column("Name")]).End());
        Assert.Empty(_output.ToString());
    }

    public void Dispose() => _output.Dispose();
}
