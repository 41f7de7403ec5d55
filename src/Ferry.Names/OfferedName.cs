using System.Buffers;

namespace Ferry.Names;

/// <summary>
/// A relative path prepared once for matching: in form C (see <see cref="Nfc"/>), folded to one case, and with a
/// signature of its letters. Joiners, variation selectors and other marks that show nothing belong to a name, but many
/// people do not type them: they count only when names are compared exactly. A holder makes one of each of its files'
/// names for each query, perhaps a million.
/// </summary>
public sealed class OfferedName
{
    /// <summary>Soft hyphen, grapheme joiner, zero-width spaces and joiners, marks of direction, selectors.</summary>
    private static readonly SearchValues<char> Invisible = SearchValues.Create(
        "\u00AD\u034F\u061C\uFEFF\u200B\u200C\u200D\u200E\u200F\u2060"
        + "\uFE00\uFE01\uFE02\uFE03\uFE04\uFE05\uFE06\uFE07\uFE08\uFE09\uFE0A\uFE0B\uFE0C\uFE0D\uFE0E\uFE0F");

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
        if (!text.AsSpan().ContainsAny(Invisible)) return text;
        var visible = string.Concat(text.Where(letter => !Invisible.Contains(letter)));
        return visible.Length > 0 ? visible : text;
    }

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
