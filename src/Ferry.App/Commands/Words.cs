using System.Text;

namespace Ferry.App.Commands;

/// <summary>
/// Splits a line of the shell into words: at blanks, except inside 'single' or "double" quotes; a backslash takes the
/// next character as it is, except inside single quotes.
/// </summary>
internal static class Words
{
    /// <summary>Besides letters and digits.</summary>
    private const string Harmless = "/.-_:~+,";

    /// <summary>Null when a quote is not closed.</summary>
    public static List<string>? Split(string line)
    {
        var (words, last, _, isOpen) = Scan(line);
        if (last is not null) words.Add(last);
        return isOpen ? null : words;
    }

    /// <summary>The words of a line that is being typed; the last one, which may be empty, is not ended yet.</summary>
    /// <returns>And where that one begins.</returns>
    public static (IReadOnlyList<string> Words, int From) Typed(string line)
    {
        var (words, last, from, _) = Scan(line);
        return ([.. words, last ?? ""], from);
    }

    /// <param name="Last">The word at the end of the line; null behind a blank.</param>
    private sealed record Scanned(List<string> Words, string? Last, int From, bool IsOpen);

    private static Scanned Scan(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var started = false;
        var from = 0;
        char? quote = null;
        for (var i = 0; i < line.Length; i++)
        {
            var character = line[i];
            if (quote is null && char.IsWhiteSpace(character))
            {
                if (started) words.Add(word.ToString());
                word.Clear();
                started = false;
                continue;
            }
            if (!started) from = i;
            started = true;
            if (character == quote) quote = null;
            else if (quote is null && character is '\'' or '"') quote = character;
            else if (character == '\\' && quote != '\'' && i + 1 < line.Length) word.Append(line[++i]);
            else word.Append(character);
        }
        return new Scanned(words, started ? word.ToString() : null, started ? from : line.Length, quote is not null);
    }

    /// <summary>The word as it must be typed, here and in the usual shells.</summary>
    public static string Quote(string word) => IsHarmless(word) ? word : Open(word) + "'";

    /// <summary>The same, for a word that goes on.</summary>
    public static string Open(string word) =>
        IsHarmless(word) ? word : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal);

    private static bool IsHarmless(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || Harmless.Contains(letter));
}
