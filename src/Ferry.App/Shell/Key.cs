namespace Ferry.App.Shell;

/// <summary>What a key of the keyboard means to whoever edits a line.</summary>
internal enum KeyKind
{
    /// <summary>A key that means nothing here.</summary>
    Other,
    Text,
    Enter,
    Tab,
    Backspace,
    Delete,
    Left,
    Right,
    WordLeft,
    WordRight,
    Home,
    End,
    Up,
    Down,
    DeleteWordBefore,
    DeleteWordAfter,
    DeleteToStart,
    DeleteToEnd,
    Yank,
    ClearScreen,

    /// <summary>Ctrl-D: the end of input, or, where a character follows, its deletion.</summary>
    EndOfInput,

    /// <summary>Ctrl-R.</summary>
    SearchBack,

    /// <summary>Ctrl-G.</summary>
    Abort,
}

/// <param name="Text">What was typed or pasted; empty for other keys.</param>
internal readonly record struct Key(KeyKind Kind, string Text = "");
