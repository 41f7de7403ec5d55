using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Downloads;
using Ferry.Storage.Store;

namespace Ferry.Storage.Trees;

/// <param name="Map">Null when some file could not be made: the folder cannot be offered then.</param>
/// <param name="Remarks">What is not as it was offered, a sentence each.</param>
internal sealed record UnpackedFolder(FolderMap? Map, IReadOnlyList<string> Remarks);

/// <summary>
/// Makes a folder from its content, in a place where there is nothing. Names come from a peer: each is one safe name in
/// a folder that was made here. Links are made last, so that nothing is written through one, and only those that stay
/// within the folder. What the file system does not hold is told, one by one, and the rest is made.
/// </summary>
/// <param name="read">Fills with verified bytes of the content.</param>
internal sealed class FolderUnpack(IDisk disk, FolderListing listing, long contentBytes, FolderUnpack.Reading read)
{
    /// <summary>Sentences beyond are counted only.</summary>
    public const int RemarksMax = 1000;

    private const int BufferBytes = 1 << 20;
    private const int NamesTried = 100;
    private const int BadNamesMax = 2;
    private const int AllMayRead = 0x1b6, OwnerMayRead = 0x180, AllMayRun = 0x49, OwnerMayRun = 0x40;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly Dictionary<string, string> _folders = new(StringComparer.Ordinal);
    private readonly List<string> _remarks = [];
    private long _untold;
    private bool _isWhole = true;

    internal delegate void Reading(Span<byte> bytes, long offset);

    /// <summary>Null when it was stopped. Nothing of it is durable yet.</summary>
    /// <param name="folder">Does not exist.</param>
    /// <exception cref="DiskException">The disk fails, or has no room.</exception>
    public UnpackedFolder? Run(string folder, Func<bool> isStopped)
    {
        disk.CreateDirectory(folder);
        _folders[""] = "";
        var places = new FolderPlace[listing.Entries.Count];
        foreach (var isLink in new[] { false, true })
        {
            for (var i = 0; i < places.Length; i++)
            {
                var entry = listing.Entries[i];
                if (entry.Kind == EntryKind.Link != isLink) continue;
                if (isStopped()) return null;
                if (_folders.TryGetValue(entry.Above, out var above))
                    places[i] = Place(entry, folder, above, isStopped);
                else if (entry.Kind == EntryKind.File) _isWhole = false; // Told of the folder.
            }
        }
        if (isStopped()) return null;
        if (_untold > 0) _remarks.Add($"and {_untold} more of that kind");
        var map = _isWhole ? new FolderMap(listing, contentBytes, places) : null;
        return new UnpackedFolder(map, _remarks);
    }

    /// <param name="above">Where the folder that it lies in is, below <paramref name="top"/>.</param>
    private FolderPlace Place(FolderEntry entry, string top, string above, Func<bool> isStopped)
    {
        if (entry.Kind == EntryKind.Link && !LinkTarget.StaysWithin(entry.Path, entry.Target))
        {
            Say(entry, $"is left out: it is a link that leads out of the folder");
            return default;
        }
        try
        {
            var bad = 0;
            foreach (var name in NamesFor(entry.Name))
            {
                if (bad == BadNamesMax) break;
                var path = Path.Combine(above, name);
                var full = Path.Combine(top, path);
                if (disk.FileExists(full) || disk.FolderExists(full)) continue;
                try
                {
                    var place = Make(entry, path, full, isStopped);
                    if (name != entry.Name) Say(entry, $"is named {name} here");
                    return place;
                }
                catch (DiskException failure) when (failure.Error is DiskError.BadPath or DiskError.Exists)
                {
                    // The next name is portable, or free: a link that leads nowhere has this one.
                    if (failure.Error == DiskError.BadPath) bad++;
                }
            }
            LeaveOut(entry, "no name that this file system holds is free for it");
        }
        catch (DiskException failure) when (IsOfEntry(entry, failure))
        {
            LeaveOut(entry, failure.Message);
        }
        return default;
    }

    private FolderPlace Make(FolderEntry entry, string path, string full, Func<bool> isStopped)
    {
        switch (entry.Kind)
        {
            case EntryKind.Folder:
                disk.CreateDirectory(full);
                _folders[entry.Path] = path;
                return default;
            case EntryKind.Link:
                disk.CreateLink(full, entry.Target);
                return default;
            default:
                return new FolderPlace(path, MakeFile(entry, full, isStopped), null);
        }
    }

    private FileStamp MakeFile(FolderEntry entry, string path, Func<bool> isStopped)
    {
        using var file = disk.Open(path, DiskOpen.CreateNew);
        try
        {
            Fill(file, entry, isStopped);
        }
        catch (DiskException failure) when (failure.Error == DiskError.TooLarge)
        {
            Folders.DeleteIfPossible(disk, path);
            throw;
        }
        var mode = entry.IsPrivate ? OwnerMayRead : AllMayRead;
        if (entry.IsExecutable) mode |= entry.IsPrivate ? OwnerMayRun : AllMayRun;
        file.SetTraits(new FileTraits(entry.Modified, mode));
        return file.Stamp();
    }

    private void Fill(IDiskFile file, FolderEntry entry, Func<bool> isStopped)
    {
        // What is small has no holes, and is written at once.
        var mayHaveHoles = entry.Size > Zeros.BlockBytes;
        if (mayHaveHoles) file.SetLength(entry.Size);
        for (long at = 0; at < entry.Size && !isStopped();)
        {
            var bytes = _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, entry.Size - at));
            read(bytes, entry.Offset + at);
            if (mayHaveHoles) Zeros.Write(file, bytes, at);
            else file.Write(bytes, at);
            at += bytes.Length;
        }
    }

    /// <summary>As it was offered if that is safe, else as every file system holds it, else with a number.</summary>
    private static IEnumerable<string> NamesFor(string offered)
    {
        var name = SafeName.Of(offered);
        yield return name;
        var portable = SafeName.Portable(name);
        if (portable != name) yield return portable;
        for (var i = 2; i <= NamesTried; i++) yield return SafeName.Marked(portable, $" ({i})");
    }

    /// <summary>What a file system does not hold, of links and large files, is no failure of the disk.</summary>
    private static bool IsOfEntry(FolderEntry entry, DiskException failure) => entry.Kind switch
    {
        EntryKind.Link => failure.Error is DiskError.NotWritable or DiskError.Faulty,
        EntryKind.File => failure.Error == DiskError.TooLarge,
        _ => false,
    };

    private void LeaveOut(FolderEntry entry, string why)
    {
        if (entry.Kind != EntryKind.Link) _isWhole = false;
        Say(entry, $"is left out{(entry.Kind == EntryKind.Folder ? ", with all that is in it" : "")}: {why}");
    }

    /// <summary>A line stays one, whatever the path has in it.</summary>
    private void Say(FolderEntry entry, string what)
    {
        var path = string.Concat(entry.Path.Select(letter => char.IsControl(letter) ? '?' : letter));
        if (_remarks.Count < RemarksMax) _remarks.Add($"{path} {what}");
        else _untold++;
    }
}
