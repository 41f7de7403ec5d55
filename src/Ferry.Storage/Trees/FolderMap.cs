using Ferry.Protocol.Content;
using Ferry.Storage.Disk;

namespace Ferry.Storage.Trees;

/// <summary>Where an entry of a folder lies on this node.</summary>
/// <param name="Path">Below the folder; null when the entry is no file.</param>
/// <param name="Stamp">What the file looked like when it was hashed.</param>
/// <param name="Content">The file's own, where it is known: it tells equal bytes.</param>
internal readonly record struct FolderPlace(string? Path, FileStamp Stamp, ContentId? Content)
{
    public static FolderPlace Of(FolderItem item) =>
        item.Entry.Kind == EntryKind.File ? new FolderPlace(item.Entry.Path, item.Stamp, item.Content) : default;
}

/// <summary>A folder's content as it can be read from the files of a folder on this node. Immutable.</summary>
public sealed class FolderMap
{
    private readonly int[] _files;

    /// <param name="places">One for each entry of the listing.</param>
    internal FolderMap(FolderListing listing, long contentBytes, IReadOnlyList<FolderPlace> places)
    {
        (Listing, ContentBytes, Places) = (listing, contentBytes, places);
        _files = FilesByOffset(listing);
    }

    internal FolderListing Listing { get; }
    internal long ContentBytes { get; }
    internal IReadOnlyList<FolderPlace> Places { get; }

    /// <summary>What lies at a place in the content, behind the listing.</summary>
    /// <returns>A file, by its number among the entries, or null where there is none; and where that ends.</returns>
    internal (int? File, long End) At(long offset)
    {
        var (low, high) = (0, _files.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Listing.Entries[_files[middle]].Offset <= offset) low = middle + 1;
            else high = middle;
        }
        // Of those that begin before it, the last one ends last.
        if (low > 0 && Listing.Entries[_files[low - 1]].End is var end && end > offset) return (_files[low - 1], end);
        return (null, low < _files.Length ? Listing.Entries[_files[low]].Offset : ContentBytes);
    }

    /// <summary>The parts of the content, behind the listing, that belong to no file: they are zeros.</summary>
    internal IEnumerable<(long Offset, long End)> Gaps()
    {
        for (long at = Listing.Bytes.Length; at < ContentBytes;)
        {
            var (file, end) = At(at);
            if (file is null) yield return (at, end);
            at = end;
        }
    }

    /// <summary>Without those whose bytes another one has, too: offsets and ends ascend.</summary>
    private static int[] FilesByOffset(FolderListing listing)
    {
        var entries = listing.Entries;
        var files = Enumerable.Range(0, entries.Count).Where(file => entries[file].Size > 0)
            .OrderBy(file => entries[file].Offset).ThenByDescending(file => entries[file].Size).ThenBy(file => file);
        var kept = new List<int>();
        long end = 0;
        foreach (var file in files)
        {
            if (entries[file].End <= end) continue;
            kept.Add(file);
            end = entries[file].End;
        }
        return [.. kept];
    }
}
