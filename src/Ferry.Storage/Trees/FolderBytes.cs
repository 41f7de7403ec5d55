using Ferry.Protocol.Wire;
using Ferry.Storage.Disk;

namespace Ferry.Storage.Trees;

/// <summary>
/// Reads a folder's content from the files of the folder. Each of them counts as the one that was hashed while its
/// stamp is the same, which is compared before and after each reading.
/// </summary>
internal sealed class FolderBytes(IDisk disk, string folder, FolderMap map)
{
    /// <summary>Null when the destination was filled.</summary>
    /// <exception cref="DiskException">A file could not be read.</exception>
    public RefusalReason? Read(Span<byte> destination, long offset)
    {
        var listing = map.Listing.Bytes.Span;
        for (var filled = 0; filled < destination.Length;)
        {
            var at = offset + filled;
            var rest = destination[filled..];
            if (at < listing.Length)
            {
                var count = Math.Min(rest.Length, listing.Length - (int)at);
                listing.Slice((int)at, count).CopyTo(rest);
                filled += count;
                continue;
            }
            var (file, end) = map.At(at);
            rest = rest[..(int)Math.Min(rest.Length, end - at)];
            if (rest.IsEmpty) return RefusalReason.NotShared; // Behind the end of the content.
            if (file is not { } entry) rest.Clear();
            else if (!TryRead(entry, rest, at)) return RefusalReason.SourceChanged;
            filled += rest.Length;
        }
        return null;
    }

    /// <summary>Whether every file looks as it did when it was hashed.</summary>
    /// <exception cref="DiskException">A file could not be looked at.</exception>
    public bool IsAsItWas()
    {
        foreach (var place in map.Places)
        {
            if (place.Path is { } path && !IsOf(disk.Stamp(PathOf(path)), place.Stamp)) return false;
        }
        return true;
    }

    private bool TryRead(int entry, Span<byte> bytes, long offset)
    {
        var (path, stamp, _) = map.Places[entry];
        // What is not here has no place: the folder is offered without it, and never asked for.
        if (path is null) return false;
        var full = PathOf(path);
        // By path before opening: open(2) on a pipe or device in the file's place could block for ever.
        if (!IsOf(disk.Stamp(full), stamp)) return false;
        using var file = disk.Open(full, DiskOpen.Read);
        return file.Read(bytes, offset - map.Listing.Entries[entry].Offset) == bytes.Length
            && IsOf(file.Stamp(), stamp);
    }

    private string PathOf(string path) => Path.Combine(folder, path);

    private static bool IsOf(FileStamp? found, FileStamp stamp) => found is { } now && now.HasBytesOf(stamp);
}
