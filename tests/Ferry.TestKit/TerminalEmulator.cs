using System.Globalization;
using System.Text;

namespace Ferry.TestKit;

/// <summary>
/// A terminal of the xterm kind in memory: tests compare what it shows. It knows the escapes that Ferry writes and
/// throws at any other. Its own idea of the width of characters is as simple as that of old terminals.
/// </summary>
internal sealed class TerminalEmulator(int columns, int rows) : TextWriter
{
    private readonly Lock _gate = new();
    private readonly List<string> _scrolled = [];
    private readonly StringBuilder _escape = new();
    private List<string[]> _rows = [.. Enumerable.Range(0, rows).Select(_ => Blank(columns))];
    private int _columns = columns;
    private bool _wraps = true;
    private bool _wrapIsDue;

    public override Encoding Encoding => Encoding.UTF8;

    public (int Row, int Column) Cursor { get; private set; }
    public bool ShowsCursor { get; private set; } = true;
    public bool BracketsPaste { get; private set; }

    /// <summary>What is on the screen, without blanks at the ends of rows and empty rows at the end.</summary>
    public IReadOnlyList<string> Screen
    {
        get { lock (_gate) return Trimmed(_rows.Select(Text)); }
    }

    /// <summary>The same, with what has scrolled out of it.</summary>
    public IReadOnlyList<string> All
    {
        get { lock (_gate) return Trimmed(_scrolled.Concat(_rows.Select(Text))); }
    }

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void Write(string? value)
    {
        lock (_gate)
        {
            foreach (var rune in (value ?? "").EnumerateRunes()) Take(rune);
        }
    }

    /// <summary>Rows that have become too wide are wrapped, as most terminals do.</summary>
    public void Resize(int columns)
    {
        var (wrapped, cursor) = (new List<string[]>(), (Row: 0, Column: 0));
        for (var row = 0; row < _rows.Count; row++)
        {
            var used = Math.Max(Array.FindLastIndex(_rows[row], cell => cell != " ") + 1, 1);
            if (row == Cursor.Row)
            {
                cursor = (wrapped.Count + (Cursor.Column / columns), Cursor.Column % columns);
                used = Math.Max(used, Cursor.Column + 1);
            }
            for (var from = 0; from < used; from += columns)
            {
                var piece = _rows[row].Skip(from).Take(columns).ToArray();
                wrapped.Add([.. piece, .. Blank(columns - piece.Length)]);
            }
        }
        var height = _rows.Count;
        var spare = wrapped.Count - height;
        while (spare > 0 && wrapped.Count - 1 > cursor.Row && wrapped[^1].All(cell => cell == " "))
        {
            wrapped.RemoveAt(wrapped.Count - 1);
            spare--;
        }
        for (; spare > 0; spare--)
        {
            _scrolled.Add(Text(wrapped[0]));
            wrapped.RemoveAt(0);
            cursor.Row--;
        }
        (_rows, _columns, Cursor, _wrapIsDue) = (wrapped, columns, cursor, false);
    }

    private static string[] Blank(int columns) => [.. Enumerable.Repeat(" ", columns)];

    private static string Text(string[] row) => string.Concat(row).TrimEnd();

    private static List<string> Trimmed(IEnumerable<string> rows)
    {
        var kept = rows.ToList();
        while (kept is [.., ""]) kept.RemoveAt(kept.Count - 1);
        return kept;
    }

    private void Take(Rune rune)
    {
        if (_escape.Length > 0) Continue(rune);
        else if (rune.Value == '\e') _escape.Append('\e');
        else if (rune.Value == '\r') Move(Cursor.Row, 0);
        else if (rune.Value == '\n') LineFeed();
        else if (Rune.IsControl(rune)) throw new InvalidOperationException($"control character {rune.Value:x2}");
        else Print(rune);
    }

    private void Print(Rune rune)
    {
        var width = Width(rune);
        if (width == 0)
        {
            // It belongs to the character before, which may be two cells wide.
            var at = _wrapIsDue ? Cursor.Column : Math.Max(0, Cursor.Column - 1);
            if (_rows[Cursor.Row][at].Length == 0) at--;
            _rows[Cursor.Row][at] += rune.ToString();
            return;
        }
        if (_wraps && (_wrapIsDue || Cursor.Column + width > _columns)) LineFeed();
        var column = Math.Min(Cursor.Column, _columns - width);
        _rows[Cursor.Row][column] = rune.ToString();
        if (width == 2) _rows[Cursor.Row][column + 1] = "";
        _wrapIsDue = column + width >= _columns;
        Cursor = (Cursor.Row, Math.Min(column + width, _columns - 1));
    }

    /// <summary>With a carriage return, as terminals are set (ONLCR).</summary>
    private void LineFeed()
    {
        if (Cursor.Row == _rows.Count - 1)
        {
            _scrolled.Add(Text(_rows[0]));
            _rows.RemoveAt(0);
            _rows.Add(Blank(_columns));
            Move(Cursor.Row, 0);
        }
        else Move(Cursor.Row + 1, 0);
    }

    private void Move(int row, int column)
    {
        Cursor = (Math.Clamp(row, 0, _rows.Count - 1), Math.Clamp(column, 0, _columns - 1));
        _wrapIsDue = false;
    }

    private void Continue(Rune rune)
    {
        _escape.Append(rune);
        if (_escape.Length == 2 || !Rune.IsLetter(rune)) return;
        Obey(_escape.ToString(2, _escape.Length - 3), (char)rune.Value);
        _escape.Clear();
    }

    private void Obey(string parameters, char command)
    {
        var number = int.TryParse(parameters, CultureInfo.InvariantCulture, out var given) ? given : 0;
        switch (command, parameters)
        {
            case ('A', _): Move(Cursor.Row - Math.Max(1, number), Cursor.Column); break;
            case ('H', ""): Move(0, 0); break;
            case ('K', ""): EraseFrom(Cursor.Column); break;
            case ('J', ""):
                EraseFrom(Cursor.Column);
                for (var row = Cursor.Row + 1; row < _rows.Count; row++) _rows[row] = Blank(_columns);
                break;
            case ('J', "2"): for (var row = 0; row < _rows.Count; row++) _rows[row] = Blank(_columns); break;
            case ('m', _): break;
            case ('h' or 'l', "?7"): _wraps = command == 'h'; break;
            case ('h' or 'l', "?25"): ShowsCursor = command == 'h'; break;
            case ('h' or 'l', "?2004"): BracketsPaste = command == 'h'; break;
            default: throw new InvalidOperationException($"this terminal does not know ESC[{parameters}{command}");
        }
    }

    private void EraseFrom(int column)
    {
        for (var at = column; at < _columns; at++) _rows[Cursor.Row][at] = " ";
    }

    private static int Width(Rune rune)
    {
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.Format)
        {
            return 0;
        }
        return rune.Value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
            or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60)
            or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD) ? 2 : 1;
    }
}
