using System.Text;

namespace Ferry.Names;

/// <summary>
/// A relative path prepared once for matching: in form C (see <see cref="Nfc"/>), folded to one case, and with a
/// signature of its letters. Joiners, variation selectors and other marks that show nothing belong to a name, but many
/// people do not type them: they count only when names are compared exactly. A holder keeps one for each of its files,
/// so that a query over 50,000 names takes milliseconds.
/// </summary>
public sealed class OfferedName
{
    private readonly int _foldedFileStart;

    /// <param name="path">The relative path with <c>/</c> between its parts; a bare file name is one, too.</param>
    public OfferedName(string path)
    {
        Path = path;
        Composed = Nfc.Of(path);
        Folded = Fold(Visible(Composed));
        FileStart = Composed.LastIndexOf('/') + 1;
        _foldedFileStart = Folded.LastIndexOf('/') + 1;
        Letters = LettersOf(FoldedFile);
    }

    /// <summary>As given.</summary>
    public string Path { get; }

    internal string Composed { get; }
    internal string Folded { get; }

    /// <summary>Where the file name starts in <see cref="Composed"/>.</summary>
    internal int FileStart { get; }
    internal ReadOnlySpan<char> ComposedFile => Composed.AsSpan(FileStart);
    internal ReadOnlySpan<char> FoldedFile => Folded.AsSpan(_foldedFileStart);

    /// <summary>Which letters occur in the file name (see <see cref="LettersOf"/>).</summary>
    internal ulong Letters { get; }

    public override string ToString() => Path;

    /// <summary>
    /// Simple upper case, character by character: what "ignore case" means everywhere in the program. It maps each rune
    /// to one rune of as many UTF-16 units.
    /// </summary>
    internal static string Fold(string text) => text.ToUpperInvariant();

    /// <summary>The text without what shows nothing; all of it when nothing would be left.</summary>
    private static string Visible(string text)
    {
        if (!text.Any(IsInvisible)) return text;
        var visible = string.Concat(text.Where(letter => !IsInvisible(letter)));
        return visible.Length > 0 ? visible : text;
    }

    /// <summary>Soft hyphen, grapheme joiner, zero-width spaces and joiners, marks of direction, selectors.</summary>
    private static bool IsInvisible(char letter) => letter is '\u00AD' or '\u034F' or '\u061C' or '\uFEFF'
        or (>= '\u200B' and <= '\u200F') or '\u2060' or (>= '\uFE00' and <= '\uFE0F');

    /// <summary>The name before its last dot; all of it when there is none, or only a leading one.</summary>
    internal static ReadOnlySpan<char> StemOf(ReadOnlySpan<char> fileName)
    {
        var dot = fileName.LastIndexOf('.');
        return dot > 0 ? fileName[..dot] : fileName;
    }

    /// <summary>
    /// A set of runes, 64 bits wide: an insertion or deletion changes one bit at most, a substitution two.
    /// </summary>
    internal static ulong LettersOf(ReadOnlySpan<char> folded)
    {
        ulong letters = 0;
        foreach (var rune in folded.EnumerateRunes()) letters |= 1UL << (rune.Value & 63);
        return letters;
    }
}
