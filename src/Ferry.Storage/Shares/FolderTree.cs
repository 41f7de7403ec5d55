using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Trees;

namespace Ferry.Storage.Shares;

/// <summary>What is in a shared folder now, as it would be offered.</summary>
internal abstract record FolderTree
{
    private FolderTree() { }

    /// <param name="Stamp">Another one when anything that belongs to the folder is another.</param>
    internal sealed record Seen(FolderMap Map, FileStamp Stamp) : FolderTree;

    /// <summary>Some file is not hashed yet: it is looked at again after that.</summary>
    internal sealed record NotYet : FolderTree;

    /// <param name="Reason">Why not all of it can be seen now, a sentence.</param>
    internal sealed record Away(string Reason) : FolderTree;

    /// <summary>There is no folder to offer.</summary>
    internal sealed record None : FolderTree;

    /// <param name="Reason">Why it cannot be offered as one thing, a sentence.</param>
    internal sealed record Never(string Reason) : FolderTree;
}

/// <summary>
/// Looks at shared folders: the files that the index offers, the folders between them, and the links that stay within.
/// What is left out of a share is left out here.
/// </summary>
internal sealed class FolderLook(ShareIndexOptions options, ShareStore store)
{
    private readonly TreeWalk _walk = new(options);

    internal FolderTree At(ShareRoot root, CancellationToken cancel)
    {
        if (store.Table.TotalsOf(root).Files > FolderListing.EntriesMax) return TooMany(root);
        var items = new List<FolderItem>();
        void Meet(string path, FileKind kind)
        {
            if (path == root.Target || items.Count > FolderListing.EntriesMax) return;
            var below = root.Below(path);
            if (kind == FileKind.Folder) items.Add(new FolderItem(new FolderEntry(below, EntryKind.Folder)));
            else if (TreeWalk.TargetWithin(root, path) is { } target)
                items.Add(new FolderItem(new FolderEntry(below, EntryKind.Link) { Target = target }));
        }
        using var known = new KnownEntries(store.Table.Within(root, null).Where(entry => !entry.IsFolder));
        var gone = new List<FileEntry>();
        foreach (var found in _walk.From(root, root.Target, new LeftOut(), cancel, Meet))
        {
            if (!store.Table.Has(root)) return new FolderTree.NotYet();
            if (found.IsAway)
                return new FolderTree.Away($"{root.Path} is not offered as one thing now: {found.Trouble}");
            if (found.Trouble is not null && found.Path == root.Target) return new FolderTree.None();
            if (found.Trouble is not null) continue; // Told of the file.
            if (items.Count >= FolderListing.EntriesMax) return TooMany(root);
            var entry = known.Take(found.Path, gone);
            // Files are left out, which is told of the share: what is left is not the folder.
            if (entry is null && store.Table.Files >= options.FilesMax) return new FolderTree.None();
            if (entry is { State: ShareState.Unreadable, Content: null } && entry.Stamp == found.Stamp) continue;
            if (entry is not { State: ShareState.Ready } || entry.Stamp != found.Stamp) return new FolderTree.NotYet();
            items.Add(ItemOf(root, entry));
        }
        items.Sort((one, other) => PathOrder.Instance.Compare(one.Entry.Path, other.Entry.Path));
        return Lay(root, items);
    }

    private static FolderTree Lay(ShareRoot root, List<FolderItem> items)
    {
        if (items.Count > FolderListing.EntriesMax) return TooMany(root);
        foreach (var item in items)
        {
            if (FolderListing.FlawOf(Encoding.UTF8.GetBytes(item.Entry.Path)) == ListingFlaw.None) continue;
            return Never(root, $"{item.Entry.Path} lies too deep in it, or has too long a path");
        }
        var entries = items.ConvertAll(item => item.Entry);
        if (FolderListing.LengthOf(entries) > FolderListing.BytesMax
            || entries.Sum(entry => (long)Encoding.UTF8.GetByteCount(entry.Path)) > FolderListing.BytesMax)
            return Never(root, $"the paths in it take more than {FolderListing.BytesMax >> 20} MiB");
        if (FolderLayout.Of(items) is not { } map)
            return Never(root, $"it is larger than {ChunkLayout.ContentBytesMax >> 40} TiB");
        return new FolderTree.Seen(map, StampOf(map));
    }

    private static FolderTree.Never TooMany(ShareRoot root) =>
        Never(root, $"more than {FolderListing.EntriesMax} files and folders are in it");

    private static FolderTree.Never Never(ShareRoot root, string why) =>
        new($"{root.Path} cannot be offered as one thing, {why}: share folders in it (its files are offered by name)");

    private static FolderItem ItemOf(ShareRoot root, FileEntry file)
    {
        var traits = FileStamps.TraitsOf(file.Path);
        const int OwnerMayRun = 0x40, OthersMayRead = 0x24;
        return new FolderItem(
            new FolderEntry(root.Below(file.Path), EntryKind.File)
            {
                Size = file.Stamp.Length, Modified = traits.Modified,
                IsExecutable = (traits.Mode & OwnerMayRun) != 0,
                IsPrivate = traits.Mode != 0 && (traits.Mode & OthersMayRead) == 0,
            },
            file.Stamp, file.Content);
    }

    /// <summary>A hash over the listing and what tells the files that it was made of.</summary>
    private static FileStamp StampOf(FolderMap map)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(map.Listing.Bytes.Span);
        Span<byte> stamp = stackalloc byte[24];
        foreach (var place in map.Places)
        {
            if (place.Content is not { } content) continue;
            BinaryPrimitives.WriteInt64LittleEndian(stamp, place.Stamp.Length);
            BinaryPrimitives.WriteInt64LittleEndian(stamp[8..], place.Stamp.ModifiedTicks);
            BinaryPrimitives.WriteUInt64LittleEndian(stamp[16..], place.Stamp.Inode);
            hash.AppendData(stamp);
            hash.AppendData(content.Hash.ToArray());
        }
        var sum = hash.GetHashAndReset();
        return new FileStamp(
            map.ContentBytes, BinaryPrimitives.ReadInt64LittleEndian(sum),
            BinaryPrimitives.ReadUInt64LittleEndian(sum.AsSpan(8)), 0);
    }
}
