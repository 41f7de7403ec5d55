using System.Globalization;
using System.Text;

namespace Ferry.App.Output;

/// <summary>
/// Names come from peers and from disks, and a terminal obeys what is hidden in them: escape sequences, line feeds,
/// marks that turn the direction of writing so that <c>exe.txt</c> reads <c>txt.exe</c>. All text for people passes
/// here.
/// </summary>
internal static class SafeText
{
    private const char Replacement = '\uFFFD';

    public static string Clean(string text)
    {
        if (!NeedsCleaning(text)) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsHarmless(rune)) clean.Append(rune.ToString());
            else clean.Append(Replacement);
        }
        return clean.ToString();
    }

    private static bool NeedsCleaning(string text)
    {
        foreach (var character in text)
        {
            if (character is < ' ' or > '~') return true;
        }
        return false;
    }

    /// <summary>Joiners are format characters too, but many scripts and emoji cannot be written without them.</summary>
    private static bool IsHarmless(Rune rune) =>
        rune.Value is 0x200C or 0x200D || Rune.GetUnicodeCategory(rune) is not
            (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or
            UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
}
