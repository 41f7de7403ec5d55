using System.Security.Cryptography;
using System.Text;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Storage.Trees;

namespace Ferry.Tests.Storage.Trees;

/// <summary>A folder's content in memory.</summary>
internal sealed record FolderContent(Manifest Manifest, byte[] Bytes, FolderMap Map)
{
    public static FolderEntry Folder(string path) => new(path, EntryKind.Folder);

    public static FolderEntry Link(string path, string target) => new(path, EntryKind.Link) { Target = target };

    public static FolderEntry File(string path, bool isExecutable = false) =>
        new(path, EntryKind.File) { IsExecutable = isExecutable, Modified = 1_700_000_000_000_000_000 };

    public static byte[] Random(int size, int seed)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>As a holder makes it.</summary>
    public static FolderContent Of(params IEnumerable<(FolderEntry Entry, byte[] Bytes)> files)
    {
        var sorted = files.OrderBy(file => Encoding.UTF8.GetBytes(file.Entry.Path), Bytewise).ToList();
        var map = FolderLayout.Of([.. sorted.Select(file => new FolderItem(
            file.Entry with { Size = file.Bytes.Length }, default,
            file.Entry.Kind == EntryKind.File
                ? new ContentId(Bytes32.From(SHA256.HashData(file.Bytes))) : null))])!;
        return Of(map.Listing, map.ContentBytes, (i, to) => sorted[i].Bytes.CopyTo(to));
    }

    /// <summary>As a liar makes it.</summary>
    /// <param name="fill">Puts the bytes of an entry where they belong.</param>
    public static FolderContent Of(FolderListing listing, long size, Action<int, Span<byte>> fill)
    {
        var bytes = new byte[size];
        listing.Bytes.Span.CopyTo(bytes);
        for (var i = 0; i < listing.Entries.Count; i++)
            fill(i, bytes.AsSpan((int)listing.Entries[i].Offset, (int)listing.Entries[i].Size));
        return new FolderContent(ManifestOf(bytes), bytes, new FolderMap(listing, size, []));
    }

    public static Manifest ManifestOf(byte[] bytes)
    {
        var layout = ChunkLayout.For(bytes.Length);
        var leaves = new byte[layout.ChunkCount * Bytes32.Length];
        for (var i = 0; i < layout.ChunkCount; i++)
            SHA256.HashData(
                bytes.AsSpan((int)layout.OffsetOf(i), layout.LengthOf(i)), leaves.AsSpan(i * Bytes32.Length));
        return Manifest.Create(bytes.Length, leaves, isFolder: true);
    }

    private static readonly Comparer<byte[]> Bytewise =
        Comparer<byte[]>.Create((one, other) => one.AsSpan().SequenceCompareTo(other));
}
