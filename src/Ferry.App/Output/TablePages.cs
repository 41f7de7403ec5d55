namespace Ferry.App.Output;

/// <summary>
/// A table whose rows are written a page at a time, as they come: long ones need no more memory than short ones.
/// Columns keep the width that the rows before needed, so that only a longer value than any before moves them.
/// </summary>
internal sealed class TablePages(Screen screen, IReadOnlyList<Column> columns)
{
    private const int PageRows = 256;

    private readonly List<IReadOnlyList<string>> _page = new(PageRows);
    private readonly int[] _widths = new int[columns.Count];
    private bool _isBegun;

    /// <summary>Writes the page when it is full.</summary>
    public void Add(IReadOnlyList<string> row)
    {
        _page.Add(row);
        if (_page.Count == PageRows) Write();
    }

    /// <summary>Writes what is left. False when there were no rows.</summary>
    public bool End()
    {
        if (_page.Count > 0) Write();
        return _isBegun;
    }

    private void Write()
    {
        for (var column = 0; column < columns.Count; column++)
        {
            var widest = _page.Max(row => Cells.Width(SafeText.Clean(row[column])));
            _widths[column] = Math.Max(_widths[column], Math.Max(widest, Cells.Width(columns[column].Title)));
        }
        if (_isBegun) screen.TableRows([.. columns.Select(Kept)], _page);
        else screen.Table(columns, _page);
        _isBegun = true;
        _page.Clear();
    }

    /// <summary>On a narrow terminal what may wrap must be free to.</summary>
    private Column Kept(Column column, int index) =>
        column.MayWrap && screen.Traits.OutputIsTerminal ? column : column with { Width = _widths[index] };
}
