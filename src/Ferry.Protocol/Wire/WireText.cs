namespace Ferry.Protocol.Wire;

/// <summary>Texts from peers end up on terminals and in file names: no message carries a control character.</summary>
internal static class WireText
{
    /// <summary>True without U+0000 to U+001F and U+007F to U+009F.</summary>
    public static bool IsClean(ReadOnlySpan<char> text) =>
        !text.ContainsAnyInRange('\u0000', '\u001F') && !text.ContainsAnyInRange('\u007F', '\u009F');
}
