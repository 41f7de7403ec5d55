using Ferry.Protocol.Content;

namespace Ferry.Storage.Shares;

/// <summary>
/// The files on offer by their content. Nearly every content is that of one file, so that a set for each would cost
/// more than the files; and a content that many files have (empty ones) must not be searched through for each.
/// </summary>
internal sealed class ReadyFiles
{
    private readonly Dictionary<ContentId, FileEntry> _single = [];
    private readonly Dictionary<ContentId, HashSet<FileEntry>> _several = [];

    internal void Add(ContentId content, FileEntry entry)
    {
        if (_several.TryGetValue(content, out var several)) several.Add(entry);
        else if (_single.Remove(content, out var other))
            _several.Add(content, new HashSet<FileEntry>(ReferenceEqualityComparer.Instance) { other, entry });
        else _single.Add(content, entry);
    }

    internal void Remove(ContentId content, FileEntry entry)
    {
        if (!_several.TryGetValue(content, out var several))
        {
            _single.Remove(content);
            return;
        }
        several.Remove(entry);
        if (several.Count > 1) return;
        _several.Remove(content);
        _single.Add(content, several.Single());
    }

    internal IReadOnlyCollection<FileEntry> Of(ContentId content)
    {
        if (_single.TryGetValue(content, out var one)) return [one];
        return _several.TryGetValue(content, out var several) ? several : [];
    }

    internal IEnumerable<FileEntry> All() => _single.Values.Concat(_several.Values.SelectMany(several => several));
}
