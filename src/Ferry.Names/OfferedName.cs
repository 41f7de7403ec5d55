using System.Text;

namespace Ferry.Names;

/// <summary>
/// A relative path prepared once for matching: in form C (see <see cref="Nfc"/>), folded to one case, and with a
/// signature of its letters. A holder keeps one for each of its files, so that a query over 50,000 names takes
/// milliseconds.
/// </summary>
public sealed class OfferedName
{
    /// <param name="path">The relative path with <c>/</c> between its parts; a bare file name is one, too.</param>
    public OfferedName(string path)
    {
        Path = path;
        Composed = Nfc.Of(path);
        Folded = Fold(Composed);
        FileStart = Composed.LastIndexOf('/') + 1;
        Letters = LettersOf(FoldedFile);
    }

    /// <summary>As given.</summary>
    public string Path { get; }

    internal string Composed { get; }
    internal string Folded { get; }

    /// <summary>
    /// Where the file name starts, in both <see cref="Composed"/> and <see cref="Folded"/>: folding keeps lengths.
    /// </summary>
    internal int FileStart { get; }
    internal ReadOnlySpan<char> ComposedFile => Composed.AsSpan(FileStart);
    internal ReadOnlySpan<char> FoldedFile => Folded.AsSpan(FileStart);

    /// <summary>Which letters occur in the file name (see <see cref="LettersOf"/>).</summary>
    internal ulong Letters { get; }

    public override string ToString() => Path;

    /// <summary>
    /// Simple upper case, character by character: what "ignore case" means everywhere in the program. It maps each rune
    /// to one rune of as many UTF-16 units.
    /// </summary>
    internal static string Fold(string text) => text.ToUpperInvariant();

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
