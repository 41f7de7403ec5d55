namespace Ferry.App.Shell;

/// <summary>A line that is being typed.</summary>
/// <param name="Cursor">In front of this character of the text, never within a character with its marks.</param>
internal sealed record LineState(string Text, int Cursor)
{
    public static LineState Empty { get; } = new("", 0);

    /// <summary>What was deleted last as a whole; it can be had back.</summary>
    public string Deleted { get; init; } = "";

    /// <summary>How many lines back in the history; 0 is the line itself.</summary>
    public int Back { get; init; }

    /// <summary>The line itself, while an older one is shown.</summary>
    public string Draft { get; init; } = "";

    /// <summary>What is looked for in the history; null when nothing is.</summary>
    public string? Sought { get; init; }
}

internal enum LineOutcome
{
    Typing,
    Entered,
    EndOfInput,
    Complete,
    ClearScreen,
}
