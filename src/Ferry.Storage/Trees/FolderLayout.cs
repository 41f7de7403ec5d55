using System.Security.Cryptography;
using System.Text;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;

namespace Ferry.Storage.Trees;

/// <summary>Something in a folder of this node, before it has its place in the folder's content.</summary>
/// <param name="Entry">Without an offset.</param>
/// <param name="Stamp">Of a file, when it was hashed.</param>
/// <param name="Content">Of a file: files of one content share their bytes.</param>
internal readonly record struct FolderItem(FolderEntry Entry, FileStamp Stamp = default, ContentId? Content = null);

/// <summary>
/// Where the files of a folder lie in its content. The same folder has the same layout on every node, whoever lists it.
///
/// Small files lie close together behind the listing, in the order of their paths, so that one chunk has many. What is
/// large begins at a multiple of the <b>unit</b> (the chunk that a content of this size has): the first file of a
/// folder, and each file, of at least <see cref="LargeUnits"/>. So an equal large file gives equal chunks wherever it
/// lies. Among small files the place of one moves those behind it; a boundary that only the path decides comes now and
/// then, and ends that.
/// </summary>
internal static class FolderLayout
{
    public const int LargeUnits = 16;

    /// <summary>Behind so many units of small files, one file in this many begins at a boundary.</summary>
    private const int BoundaryOneIn = 16;

    /// <summary>Null when it is larger than a content can be.</summary>
    /// <param name="items">In the order of their paths.</param>
    public static FolderMap? Of(IReadOnlyList<FolderItem> items)
    {
        Int128 all = 0;
        foreach (var item in items) all += item.Entry.Size;
        if (all > ChunkLayout.ContentBytesMax) return null;
        var map = Of(items, sharesBytes: true);
        return map is null || FolderListing.MaySum(all, map.ContentBytes) ? map : Of(items, sharesBytes: false);
    }

    private static FolderMap? Of(IReadOnlyList<FolderItem> items, bool sharesBytes)
    {
        var listingBytes = FolderListing.LengthOf([.. items.Select(item => item.Entry)]);
        var known = new Dictionary<ContentId, long>();
        var size = listingBytes;
        foreach (var item in items)
        {
            if (IsNew(item, sharesBytes, known)) size += item.Entry.Size;
        }
        if (!ChunkLayout.IsValidSize(size)) return null;
        long unit = ChunkLayout.For(size).ChunkBytes;
        var at = size >= LargeUnits * unit ? AlignUp(listingBytes, unit) : listingBytes;
        var boundary = at;
        known.Clear();
        var entries = new FolderEntry[items.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            var item = items[i];
            entries[i] = item.Entry;
            if (item.Entry.Size == 0) continue;
            if (!IsNew(item, sharesBytes, known))
            {
                entries[i] = item.Entry with { Offset = known[item.Content!.Value] };
                continue;
            }
            var isLarge = item.Entry.Size >= LargeUnits * unit;
            if (isLarge || (at - boundary >= LargeUnits * unit && IsBoundary(item.Entry.Path)))
                boundary = at = AlignUp(at, unit);
            entries[i] = item.Entry with { Offset = at };
            if (item.Content is { } content) known[content] = at;
            at += item.Entry.Size;
        }
        if (!ChunkLayout.IsValidSize(at)) return null;
        return new FolderMap(FolderListing.Of(entries), at, [.. items.Select(FolderPlace.Of)]);
    }

    /// <summary>Its bytes have no place yet.</summary>
    private static bool IsNew(FolderItem item, bool sharesBytes, Dictionary<ContentId, long> known) =>
        item.Entry.Size > 0 && (!sharesBytes || item.Content is not { } content || known.TryAdd(content, 0));

    private static long AlignUp(long at, long unit) => (at + unit - 1) / unit * unit;

    private static bool IsBoundary(string path) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(path))[0] % BoundaryOneIn == 0;
}
