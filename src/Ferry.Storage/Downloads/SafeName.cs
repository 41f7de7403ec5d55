using System.Globalization;
using System.Text;

namespace Ferry.Storage.Downloads;

/// <summary>
/// Makes a local file name of a name that a peer chose. A name stays as it is but for what is dangerous: a path in it,
/// control characters, and marks that turn the direction of writing, so that <c>exe</c> looks like <c>txt</c>. What is
/// merely unusual stays, for it belongs to the name: joiners and variation selectors of many scripts and emoji, and
/// characters that some other system does not take.
/// </summary>
internal static class SafeName
{
    /// <summary>
    /// The limit of ext4, NTFS, APFS and exFAT (in UTF-8; NTFS counts UTF-16 units, which are fewer).
    /// </summary>
    public const int BytesMax = 255;

    private const int ExtensionBytesMax = 32;
    private const string Nameless = "unnamed";

    /// <summary>The last part of the offered name.</summary>
    public static string Of(string offered)
    {
        var last = offered.AsSpan(offered.LastIndexOf('/') + 1);
        var name = new StringBuilder(last.Length);
        foreach (var rune in last.EnumerateRunes())
            if (!IsDangerous(rune)) name.Append(rune.ToString());
        var text = name.ToString();
        if (text is "." or "..") text = Nameless;
        // A colon there begins the name of a stream within the file.
        return OperatingSystem.IsWindows() ? Portable(text) : Shown(Fit(text, ""));
    }

    /// <summary>
    /// The name as every file system holds it, for one that does not hold it as it is: sticks are mostly FAT.
    /// </summary>
    public static string Portable(string name)
    {
        var held = new StringBuilder(name.Length);
        foreach (var letter in name)
            held.Append(letter is '<' or '>' or ':' or '"' or '|' or '?' or '*' or '\\' ? '_' : letter);
        // Windows drops dots and spaces at the end, so that two names become one.
        var text = held.ToString().TrimEnd('.', ' ');
        return Shown(Fit(IsDevice(text) ? "_" + text : text, ""));
    }

    /// <summary>
    /// The name with <paramref name="mark"/> before its extension, shortened to fit: <c>song (2).flac</c>.
    /// </summary>
    public static string Marked(string name, string mark)
    {
        var extension = ExtensionOf(name);
        return Fit(name[..^extension.Length], mark + extension);
    }

    /// <summary>
    /// The name with <paramref name="ending"/> behind it, shortened before that to fit: <c>song.flac.part</c>.
    /// </summary>
    public static string Ended(string name, string ending) => Fit(name, ending);

    /// <summary>Asked at last: what is cut off may have been all that shows.</summary>
    private static string Shown(string name) =>
        name.EnumerateRunes().Any(rune => !IsInvisible(rune)) ? name : Nameless;

    private static string Fit(string name, string ending)
    {
        if (ending.Length == 0)
        {
            if (Encoding.UTF8.GetByteCount(name) <= BytesMax) return name;
            ending = ExtensionOf(name);
            name = name[..^ending.Length];
        }
        var room = BytesMax - Encoding.UTF8.GetByteCount(ending);
        var kept = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune.Utf8SequenceLength > room) break;
            room -= rune.Utf8SequenceLength;
            kept += rune.Utf16SequenceLength;
        }
        return name[..kept] + ending;
    }

    private static string ExtensionOf(string name)
    {
        var dot = name.LastIndexOf('.');
        if (dot <= 0 || dot == name.Length - 1) return "";
        var extension = name[dot..];
        return Encoding.UTF8.GetByteCount(extension) <= ExtensionBytesMax ? extension : "";
    }

    /// <summary>Controls, line breaks, and what overrides or isolates the direction of writing.</summary>
    private static bool IsDangerous(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate
        || rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    /// <summary>A name of nothing else shows nothing. The Hangul fillers are letters by category.</summary>
    private static bool IsInvisible(Rune rune) =>
        Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x3164 or 0xFFA0 or (>= 0xFE00 and <= 0xFE0F)
            or (>= 0xE0100 and <= 0xE01EF);

    /// <summary>Names that are devices on Windows, whatever their extension.</summary>
    private static bool IsDevice(string name)
    {
        var stem = name.AsSpan(0, name.IndexOf('.') is var dot and >= 0 ? dot : name.Length).TrimEnd(' ');
        if (stem.Length is < 3 or > 4) return false;
        Span<char> upper = stackalloc char[stem.Length];
        stem.ToUpperInvariant(upper);
        return upper is "CON" or "PRN" or "AUX" or "NUL"
            || (upper.Length == 4 && upper[..3] is "COM" or "LPT" && char.IsAsciiDigit(upper[^1]));
    }
}
