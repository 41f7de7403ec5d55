using System.Text;

namespace Ferry.App.Output;

/// <summary>
/// The last rows of a terminal: lines that tell how far things are, and below them the line that somebody types. They
/// are drawn in place; whatever else is written goes above them, from whatever thread, and tears neither.
///
/// The block remembers how many rows lie above the cursor. To draw again it goes up by so many, writes each row and
/// erases what is left of it, and puts the cursor back by writing what stands before it: so a terminal that takes a
/// character for wider or narrower than we do shows the cursor where it is. It does not wrap meanwhile (DECAWM), so a
/// row is always one row. A terminal that was made narrower has wrapped rows that were wider; that is reckoned with.
/// </summary>
internal sealed class LiveBlock(TextWriter terminal, Func<TerminalSize> size, bool colour)
{
    /// <summary>A terminal of 24 rows is not for progress alone.</summary>
    private const int LinesMax = 5;

    private readonly Lock _gate = new();
    private readonly List<(object Owner, IReadOnlyList<LiveLine> Lines)> _lines = [];
    private string? _prompt;
    private (string Text, int Cursor) _typed = ("", 0);
    private bool _isHidden;

    /// <summary>The rows on the screen down to the cursor's, in cells.</summary>
    private IReadOnlyList<int> _drawn = [];

    /// <summary>Of the terminal, when it was drawn.</summary>
    private int _columns;

    /// <summary>Text above that has no end of line yet.</summary>
    private string _begun = "";

    public TerminalSize Size => size();

    /// <summary>For text that stays: it is written above the block.</summary>
    public TextWriter Above(string newLine) => new AboveWriter(this) { NewLine = newLine };

    /// <summary>In place of what its owner showed before.</summary>
    public void Show(object owner, params IReadOnlyList<LiveLine> lines)
    {
        lock (_gate)
        {
            var at = _lines.FindIndex(each => each.Owner == owner);
            if (at < 0 && lines.Count == 0) return;
            if (at < 0) _lines.Add((owner, lines));
            else if (lines.Count == 0) _lines.RemoveAt(at);
            else if (_lines[at].Lines.SequenceEqual(lines)) return;
            else _lines[at] = (owner, lines);
            Draw("");
        }
    }

    /// <summary>Somebody types; shown until the line is ended.</summary>
    public void ShowInput(string prompt, string text, int cursor)
    {
        lock (_gate)
        {
            (_prompt, _typed) = (prompt, (text, cursor));
            Draw("");
        }
    }

    /// <summary>The line stays above, as it was typed.</summary>
    /// <param name="mark">Behind it, such as <c>^C</c>.</param>
    public void EndInput(string mark)
    {
        lock (_gate)
        {
            if (_prompt is not { } prompt) return;
            _prompt = null;
            Draw(SafeText.Clean(prompt + _typed.Text + mark) + "\n");
        }
    }

    public void ClearScreen()
    {
        lock (_gate)
        {
            if (_isHidden) return;
            _drawn = [];
            terminal.Write("\e[H\e[2J");
            Draw("");
        }
    }

    /// <summary>Pasted text comes between brackets: a line feed in it does not enter the line.</summary>
    public void SetBracketedPaste(bool isOn)
    {
        lock (_gate) terminal.Write(isOn ? "\e[?2004h" : "\e[?2004l");
    }

    /// <summary>After the size has changed.</summary>
    public void Redraw()
    {
        lock (_gate) Draw("");
    }

    /// <summary>The terminal is somebody else's now: nothing is drawn, and text above is written as it is.</summary>
    public void Hide()
    {
        lock (_gate) (_isHidden, _drawn) = (true, []);
    }

    /// <summary>The terminal is ours again, with what others wrote: drawn anew where the cursor is.</summary>
    public void Reappear()
    {
        lock (_gate)
        {
            (_isHidden, _drawn) = (false, []);
            Draw("");
        }
    }

    private void Write(ReadOnlySpan<char> text)
    {
        lock (_gate)
        {
            if (_isHidden || (_drawn.Count == 0 && _begun.Length == 0 && !HasContent))
            {
                terminal.Write(text);
                return;
            }
            var end = text.LastIndexOf('\n') + 1;
            var whole = end == 0 ? "" : string.Concat(_begun, text[..end]);
            _begun = end == 0 ? string.Concat(_begun, text) : text[end..].ToString();
            if (whole.Length > 0) Draw(whole);
        }
    }

    private bool HasContent => _prompt is not null || _lines.Count > 0;

    /// <param name="above">Whole lines that scroll away.</param>
    private void Draw(string above)
    {
        if (_isHidden)
        {
            terminal.Write(above);
            return;
        }
        var now = size();
        // The last column stays free: some terminals wrap as soon as it is written.
        var cells = Math.Max(2, now.Columns) - 1;
        var screen = new StringBuilder();
        var up = RowsAbove(cells + 1);
        if (_drawn.Count > 0) screen.Append(up > 0 ? $"\e[{up}A\r" : "\r");
        // A terminal that was resized remembers which rows it has wrapped, until they are erased.
        if (_drawn.Count > 0 && (above.Length > 0 || _columns != now.Columns)) screen.Append("\e[J");
        screen.Append(above);
        _columns = now.Columns;
        if (HasContent) DrawRows(screen, now.Rows, cells);
        else
        {
            if (_drawn.Count > 0 && above.Length == 0) screen.Append("\e[J");
            screen.Append(_begun);
            (_drawn, _begun) = ([], "");
        }
        if (screen.Length > 0) terminal.Write(screen.ToString());
    }

    private void DrawRows(StringBuilder screen, int rowsOfScreen, int cells)
    {
        var lines = Lines(rowsOfScreen);
        var rows = lines.Select(line => line.Draw(cells, colour)).ToList();
        var widths = lines.Select(line => Cells.Width(line.Fit(cells))).ToList();
        var cursor = (Row: rows.Count, Before: "");
        if (_prompt is { } prompt)
        {
            var room = Math.Max(1, rowsOfScreen - 1 - rows.Count);
            var input = InputRows.Of(prompt, _typed.Text, _typed.Cursor, cells, room);
            cursor = (rows.Count + input.CursorRow, input.BeforeCursor);
            rows.AddRange(input.Rows);
            widths.AddRange(input.Rows.Select(Cells.Width));
        }
        else
        {
            // Below the lines, so that what the terminal itself writes, such as ^C, does no harm to them.
            rows.Add("");
            widths.Add(0);
        }
        screen.Append("\e[?25l\e[?7l").AppendJoin("\e[K\r\n", rows).Append("\e[J\e[?7h");
        var down = rows.Count - 1 - cursor.Row;
        if (down > 0) screen.Append($"\e[{down}A");
        screen.Append($"\r{cursor.Before}\e[?25h");
        _drawn = [.. widths.Take(cursor.Row), Cells.Width(cursor.Before)];
    }

    private List<LiveLine> Lines(int rowsOfScreen)
    {
        var all = _lines.SelectMany(each => each.Lines).ToList();
        var most = Math.Clamp(rowsOfScreen / 3, 1, LinesMax);
        return all.Count <= most
            ? all : [.. all.Take(most - 1), new LiveLine($"… and {all.Count - (most - 1)} more")];
    }

    /// <summary>A row that was wider than the terminal is now takes several.</summary>
    private int RowsAbove(int columns)
    {
        if (_drawn.Count == 0) return 0;
        var rows = _drawn.Sum(width => Math.Max(1, (width + columns - 1) / columns));
        return rows - 1;
    }

    private sealed class AboveWriter(LiveBlock block) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;
        public override void Write(char value) => block.Write([value]);
        public override void Write(char[] buffer, int index, int count) => block.Write(buffer.AsSpan(index, count));
        public override void Write(ReadOnlySpan<char> buffer) => block.Write(buffer);
        public override void Write(string? value) => block.Write(value);
        public override void WriteLine(string? value) => block.Write(value + NewLine);
    }
}
