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
        var words = new List<string>();
        var word = new StringBuilder();
        var started = false;
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
            started = true;
            if (character == quote) quote = null;
            else if (quote is null && character is '\'' or '"') quote = character;
            else if (character == '\\' && quote != '\'' && i + 1 < line.Length) word.Append(line[++i]);
            else word.Append(character);
        }
        if (started) words.Add(word.ToString());
        return quote is null ? words : null;
    }

    /// <summary>The word as it must be typed, here and in the usual shells.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || Harmless.Contains(letter))
            ? word
            : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
