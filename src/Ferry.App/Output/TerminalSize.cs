namespace Ferry.App.Output;

/// <param name="Columns">As the terminal says, or what is usual.</param>
internal readonly record struct TerminalSize(int Columns, int Rows)
{
    public static TerminalSize Usual { get; } = new(80, 24);
}
