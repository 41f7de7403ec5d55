using System.Globalization;

namespace Ferry.App.Shell;

/// <summary>
/// Editing a line: a function of the line and a key into the line, as in readline's emacs mode. Characters are what
/// people take for one, a letter with its marks, an emoji of several parts; words are letters and digits.
/// </summary>
/// <param name="history">The oldest first.</param>
internal sealed class LineEditor(IReadOnlyList<string> history)
{
    /// <summary>In UTF-16 units; far more than a command needs, and what is drawn at each key stays bounded.</summary>
    public const int TextMax = 4096;

    public (LineState Line, LineOutcome Outcome) Press(LineState line, Key key)
    {
        if (line.Sought is { } sought)
        {
            if (Seek(line, sought, key) is { } found) return (found, LineOutcome.Typing);
            // Any other key ends the search and does what it always does.
            line = line with { Sought = null };
        }
        return key.Kind switch
        {
            KeyKind.Enter => (line, LineOutcome.Entered),
            KeyKind.Tab => (line, LineOutcome.Complete),
            KeyKind.ClearScreen => (line, LineOutcome.ClearScreen),
            KeyKind.EndOfInput when line.Text.Length == 0 => (line, LineOutcome.EndOfInput),
            _ => (Edit(line, key), LineOutcome.Typing),
        };
    }

    public static LineState Replace(LineState line, int from, int to, string text)
    {
        var room = TextMax - (line.Text.Length - (to - from));
        if (text.Length > room) text = Whole(text, room);
        return line with { Text = line.Text[..from] + text + line.Text[to..], Cursor = from + text.Length };
    }

    private LineState Edit(LineState line, Key key) => key.Kind switch
    {
        KeyKind.Text => Replace(line, line.Cursor, line.Cursor, OneLine(key.Text)),
        KeyKind.Backspace => Delete(line, Before(line.Text, line.Cursor), line.Cursor),
        KeyKind.Delete or KeyKind.EndOfInput => Delete(line, line.Cursor, After(line.Text, line.Cursor)),
        KeyKind.Left => line with { Cursor = Before(line.Text, line.Cursor) },
        KeyKind.Right => line with { Cursor = After(line.Text, line.Cursor) },
        KeyKind.WordLeft => line with { Cursor = WordBefore(line.Text, line.Cursor) },
        KeyKind.WordRight => line with { Cursor = WordAfter(line.Text, line.Cursor) },
        KeyKind.Home => line with { Cursor = 0 },
        KeyKind.End => line with { Cursor = line.Text.Length },
        KeyKind.Up => Older(line),
        KeyKind.Down => Newer(line),
        KeyKind.DeleteWordBefore => Cut(line, BlankBefore(line.Text, line.Cursor), line.Cursor),
        KeyKind.DeleteWordAfter => Cut(line, line.Cursor, WordAfter(line.Text, line.Cursor)),
        KeyKind.DeleteToStart => Cut(line, 0, line.Cursor),
        KeyKind.DeleteToEnd => Cut(line, line.Cursor, line.Text.Length),
        KeyKind.Yank => Replace(line, line.Cursor, line.Cursor, line.Deleted),
        KeyKind.SearchBack => line with { Sought = "", Back = 0, Draft = line.Text },
        _ => line,
    };

    private static LineState Delete(LineState line, int from, int to) =>
        line with { Text = line.Text.Remove(from, to - from), Cursor = from };

    private static LineState Cut(LineState line, int from, int to) =>
        to == from ? line : Delete(line, from, to) with { Deleted = line.Text[from..to] };

    private LineState Older(LineState line) => line.Back >= history.Count
        ? line : Show(line.Back == 0 ? line with { Draft = line.Text } : line, line.Back + 1);

    private LineState Newer(LineState line) => line.Back == 0 ? line : Show(line, line.Back - 1);

    private LineState Show(LineState line, int back)
    {
        var text = back == 0 ? line.Draft : history[^back];
        return line with { Text = text, Cursor = text.Length, Back = back };
    }

    /// <summary>Null when the key ends the search.</summary>
    private LineState? Seek(LineState line, string sought, Key key) => key.Kind switch
    {
        KeyKind.Text => Find(line with { Sought = Whole(sought + OneLine(key.Text), TextMax) }, Math.Max(1, line.Back)),
        KeyKind.Backspace => Find(line with { Sought = sought[..Before(sought, sought.Length)] }, 1),
        KeyKind.SearchBack => Find(line, line.Back + 1),
        KeyKind.Abort => Show(line with { Sought = null }, 0),
        _ => null,
    };

    /// <summary>The newest line with it, from there on back; where there is none the line stays.</summary>
    private LineState Find(LineState line, int from)
    {
        if (line.Sought is not { Length: > 0 } sought) return line;
        for (var back = from; back <= history.Count; back++)
        {
            var at = history[^back].IndexOf(sought, StringComparison.Ordinal);
            if (at >= 0) return Show(line, back) with { Cursor = at };
        }
        return line;
    }

    /// <summary>Nobody meant to run what he pasted, and a line has no lines.</summary>
    private static string OneLine(string text)
    {
        var trimmed = text.TrimEnd('\r', '\n').Replace("\r\n", " ", StringComparison.Ordinal);
        return string.Concat(trimmed.Select(each => each is '\r' or '\n' or '\t' ? ' ' : each)
            .Where(each => !char.IsControl(each)));
    }

    private static string Whole(string text, int most)
    {
        var end = 0;
        while (After(text, end) is var next && next <= most && next > end) end = next;
        return text[..end];
    }

    private static int After(string text, int at) =>
        at >= text.Length ? at : at + StringInfo.GetNextTextElementLength(text, at);

    private static int Before(string text, int at)
    {
        var (before, next) = (0, 0);
        while ((next = After(text, before)) < at) before = next;
        return before;
    }

    private static int WordAfter(string text, int at)
    {
        while (at < text.Length && !IsWord(text, at)) at = After(text, at);
        while (at < text.Length && IsWord(text, at)) at = After(text, at);
        return at;
    }

    private static int WordBefore(string text, int at)
    {
        while (at > 0 && !IsWord(text, Before(text, at))) at = Before(text, at);
        while (at > 0 && IsWord(text, Before(text, at))) at = Before(text, at);
        return at;
    }

    private static int BlankBefore(string text, int at)
    {
        while (at > 0 && char.IsWhiteSpace(text[at - 1])) at--;
        while (at > 0 && !char.IsWhiteSpace(text[at - 1])) at--;
        return at;
    }

    private static bool IsWord(string text, int at) => char.IsLetterOrDigit(text, at);
}
