namespace Ferry.App.Output;

/// <summary>A prompt and the line that is typed behind it, broken into rows of the screen.</summary>
/// <param name="Rows">At least one; none wider than was asked for.</param>
/// <param name="CursorRow">An index of the rows.</param>
/// <param name="BeforeCursor">What stands in that row before the cursor.</param>
internal sealed record InputRows(IReadOnlyList<string> Rows, int CursorRow, string BeforeCursor)
{
    /// <param name="cursor">Behind so many characters of the text.</param>
    /// <param name="cells">Of a row.</param>
    /// <param name="rowsMax">When there are more, those around the cursor.</param>
    public static InputRows Of(string prompt, string text, int cursor, int cells, int rowsMax)
    {
        var (before, behind) = (SafeText.Clean(prompt + text[..cursor]), SafeText.Clean(text[cursor..]));
        var rows = new List<string>();
        var rest = before;
        while (Cells.Cut(rest, cells) is { Length: > 0 } row && row.Length < rest.Length)
        {
            rows.Add(row);
            rest = rest[row.Length..];
        }
        // A cursor behind a full row stands at the beginning of the next one.
        if (Cells.Width(rest) >= cells)
        {
            rows.Add(rest);
            rest = "";
        }
        var (cursorRow, beforeCursor) = (rows.Count, rest);
        rest += behind;
        while (rest.Length > 0 && Cells.Cut(rest, cells) is { Length: > 0 } row)
        {
            rows.Add(row);
            rest = rest[row.Length..];
        }
        if (rows.Count == cursorRow) rows.Add("");
        var first = Math.Clamp(cursorRow - (rowsMax / 2), 0, Math.Max(0, rows.Count - rowsMax));
        return new InputRows([.. rows.Skip(first).Take(Math.Max(1, rowsMax))], cursorRow - first, beforeCursor);
    }
}
