using System.Text;

namespace Ferry.App.Shell;

/// <summary>
/// Keys from the bytes that a terminal sends (ECMA-48 and xterm): UTF-8, control characters, escape sequences, and what
/// is pasted between brackets. Bytes come in pieces of any length. A lone Escape is the beginning of a sequence, as in
/// other line editors: Escape and then b is the same as Alt-b.
/// </summary>
internal sealed class KeyDecoder
{
    private const string PasteEnd = "\e[201~";

    /// <summary>A sequence is shorter; a longer one is noise on the line.</summary>
    private const int SequenceMax = 32;

    /// <summary>Of pasted text, beyond what a line may hold; the rest is dropped.</summary>
    private const int PasteMax = 64 * 1024;

    private readonly Decoder _utf8 = new UTF8Encoding(false).GetDecoder();
    private readonly StringBuilder _sequence = new();
    private readonly StringBuilder _paste = new();
    private readonly StringBuilder _text = new();
    private bool _isPasting;

    public IReadOnlyList<Key> Decode(ReadOnlySpan<byte> bytes)
    {
        var characters = new char[_utf8.GetCharCount(bytes, flush: false)];
        _utf8.GetChars(bytes, characters, flush: false);
        var keys = new List<Key>();
        foreach (var character in characters)
        {
            if (_isPasting) Paste(character, keys);
            else if (_sequence.Length > 0) Continue(character, keys);
            else if (character == '\e') Begin(keys);
            else if (char.IsControl(character)) Control(character, keys);
            else _text.Append(character);
        }
        EndText(keys);
        return keys;
    }

    /// <summary>Half of a pair stays until its other half has come.</summary>
    private void EndText(List<Key> keys)
    {
        var half = _text.Length > 0 && char.IsHighSurrogate(_text[^1]) ? 1 : 0;
        if (_text.Length == half) return;
        keys.Add(new Key(KeyKind.Text, _text.ToString(0, _text.Length - half)));
        _text.Remove(0, _text.Length - half);
    }

    private void Begin(List<Key> keys)
    {
        EndText(keys);
        _sequence.Append('\e');
    }

    private void Control(char character, List<Key> keys)
    {
        EndText(keys);
        keys.Add(new Key(character switch
        {
            '\r' or '\n' => KeyKind.Enter,
            '\t' => KeyKind.Tab,
            '\b' or '\x7f' => KeyKind.Backspace,
            '\x01' => KeyKind.Home,
            '\x02' => KeyKind.Left,
            '\x04' => KeyKind.EndOfInput,
            '\x05' => KeyKind.End,
            '\x06' => KeyKind.Right,
            '\x07' => KeyKind.Abort,
            '\x0b' => KeyKind.DeleteToEnd,
            '\x0c' => KeyKind.ClearScreen,
            '\x0e' => KeyKind.Down,
            '\x10' => KeyKind.Up,
            '\x12' => KeyKind.SearchBack,
            '\x15' => KeyKind.DeleteToStart,
            '\x17' => KeyKind.DeleteWordBefore,
            '\x19' => KeyKind.Yank,
            _ => KeyKind.Other,
        }));
    }

    private void Continue(char character, List<Key> keys)
    {
        // Escape twice: the first one was a key of its own.
        if (character == '\e') _sequence.Clear();
        _sequence.Append(character);
        if (_sequence.Length == 1) return;
        if (_sequence.Length == 2)
        {
            // What follows decides: CSI and SS3 go on, anything else is a letter with Alt.
            if (character is '[' or 'O') return;
            keys.Add(new Key(Alt(character)));
        }
        else if (_sequence.Length < SequenceMax && _sequence[1] == '[' && GoesOn(character))
        {
            return;
        }
        else
        {
            var sequence = _sequence.ToString(1, _sequence.Length - 1);
            if (sequence == "[200~") _isPasting = true;
            else keys.Add(new Key(Sequence(sequence)));
        }
        _sequence.Clear();
    }

    /// <summary>Parameters; and the second bracket of the console's function keys.</summary>
    private bool GoesOn(char character) =>
        character is >= ' ' and <= '?' || (character == '[' && _sequence.Length == 3);

    private static KeyKind Alt(char character) => character switch
    {
        'b' or 'B' => KeyKind.WordLeft,
        'f' or 'F' => KeyKind.WordRight,
        'd' or 'D' => KeyKind.DeleteWordAfter,
        '\b' or '\x7f' => KeyKind.DeleteWordBefore,
        _ => KeyKind.Other,
    };

    /// <summary>A number behind a semicolon tells of Shift, Alt and Ctrl.</summary>
    private static KeyKind Sequence(string sequence) => sequence switch
    {
        "[A" or "OA" => KeyKind.Up,
        "[B" or "OB" => KeyKind.Down,
        "[C" or "OC" => KeyKind.Right,
        "[D" or "OD" => KeyKind.Left,
        "[H" or "OH" or "[1~" or "[7~" => KeyKind.Home,
        "[F" or "OF" or "[4~" or "[8~" => KeyKind.End,
        "[3~" => KeyKind.Delete,
        "[1;5C" or "[1;3C" or "[5C" or "Oc" => KeyKind.WordRight,
        "[1;5D" or "[1;3D" or "[5D" or "Od" => KeyKind.WordLeft,
        "[3;5~" or "[3;3~" => KeyKind.DeleteWordAfter,
        _ => KeyKind.Other,
    };

    private void Paste(char character, List<Key> keys)
    {
        if (_paste.Length < PasteMax || character is '\e' || _sequence.Length > 0) _paste.Append(character);
        _sequence.Append(character);
        if (_sequence.Length > PasteEnd.Length) _sequence.Remove(0, 1);
        if (!_sequence.Equals(PasteEnd)) return;
        keys.Add(new Key(KeyKind.Text, _paste.ToString(0, _paste.Length - PasteEnd.Length)));
        _paste.Clear();
        _sequence.Clear();
        _isPasting = false;
    }
}
