using Spectre.Console;

namespace Ferry.App.Output;

/// <param name="IsNumber">Set against the right edge.</param>
/// <param name="MayWrap">Long values go on in the next line when the terminal is narrow; others never break.</param>
/// <param name="Width">In cells; null for what its values need.</param>
internal sealed record Column(string Title, bool IsNumber = false, bool MayWrap = false, int? Width = null);

/// <summary>
/// Tables as lines of text. On a pipe they are as wide as they need to be, so that nothing is cut or broken.
/// </summary>
internal static class TableText
{
    private const int PipeColumns = 4096;

    public static IEnumerable<string> Render(
        IReadOnlyList<Column> columns, IEnumerable<IReadOnlyList<string>> rows, ScreenTraits traits,
        bool withTitles = true)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = traits.Colour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = traits.Colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = traits.OutputIsTerminal ? Math.Max(40, traits.Width()) : PipeColumns;
        console.Profile.Capabilities.Unicode = true;
        console.Write(Build(columns, rows, withTitles));
        return text.ToString().Split('\n').Select(line => line.TrimEnd()).SkipWhile(line => line.Length == 0)
            .Reverse().SkipWhile(line => line.Length == 0).Reverse().ToList();
    }

    private static Table Build(
        IReadOnlyList<Column> columns, IEnumerable<IReadOnlyList<string>> rows, bool withTitles)
    {
        var table = new Table { Border = TableBorder.Simple, ShowHeaders = withTitles };
        foreach (var column in columns)
        {
            var header = new TableColumn(new Text(column.Title, new Style(decoration: Decoration.Bold)))
            {
                Alignment = column.IsNumber ? Justify.Right : Justify.Left,
                NoWrap = !column.MayWrap,
                Width = column.Width,
            };
            table.AddColumn(header);
        }
        // Text, not markup: a name may hold [brackets].
        foreach (var row in rows) table.AddRow(row.Select(cell => new Text(SafeText.Clean(cell))));
        return table;
    }
}
