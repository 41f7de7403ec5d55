using System.Buffers.Binary;
using System.Security.Cryptography;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Storage.Disk;
using Ferry.Storage.Store;
using Ferry.Storage.Trees;

namespace Ferry.Storage.Shares;

/// <summary>
/// Hashes a folder's content. A chunk that has the same parts of the same contents as one of the folder's last version
/// has its hash: what has not changed is not read again.
/// </summary>
internal sealed class FolderHasher
{
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(ChunkLayout.ChunkBytesMax);

    /// <summary>Null when a file is not what it was: it is hashed anew, and the folder after it.</summary>
    /// <param name="before">The last version, and its hashes; null when all is to be read.</param>
    /// <param name="hashed">Called after each chunk with the bytes done so far.</param>
    internal Manifest? Hash(
        string folder, FolderMap map, (FolderMap Map, Manifest Manifest)? before, Action<long> hashed,
        CancellationToken cancel)
    {
        var layout = ChunkLayout.For(map.ContentBytes);
        var known = before is var (old, manifest) && manifest.Layout.ChunkBytes == layout.ChunkBytes
            ? LeavesOf(old, manifest) : [];
        var bytes = new FolderBytes(new FileDisk(), folder, map);
        var leaves = new byte[layout.ChunkCount * Bytes32.Length];
        for (var chunk = 0; chunk < layout.ChunkCount; chunk++)
        {
            cancel.ThrowIfCancellationRequested();
            var leaf = leaves.AsSpan(chunk * Bytes32.Length, Bytes32.Length);
            if (known.Count > 0 && PartsOf(map, layout, chunk) is { } parts && known.TryGetValue(parts, out var same))
                same.CopyTo(leaf);
            else if (!TryHash(bytes, layout, chunk, leaf)) return null;
            hashed(layout.OffsetOf(chunk) + layout.LengthOf(chunk));
        }
        return Manifest.Create(map.ContentBytes, leaves, isFolder: true);
    }

    private bool TryHash(FolderBytes bytes, ChunkLayout layout, int chunk, Span<byte> leaf)
    {
        var read = _buffer.AsSpan(0, layout.LengthOf(chunk));
        try
        {
            if (bytes.Read(read, layout.OffsetOf(chunk)) is not null) return false;
        }
        catch (DiskException)
        {
            return false; // The file's own entry tells why.
        }
        Zeros.Hash(read, leaf);
        return true;
    }

    private static Dictionary<Bytes32, Bytes32> LeavesOf(FolderMap map, Manifest manifest)
    {
        var known = new Dictionary<Bytes32, Bytes32>();
        for (var chunk = 0; chunk < manifest.Layout.ChunkCount; chunk++)
        {
            if (PartsOf(map, manifest.Layout, chunk) is { } parts) known[parts] = Bytes32.From(manifest.LeafOf(chunk));
        }
        return known;
    }

    /// <summary>
    /// A hash over what the chunk is made of; null when some of it is the listing, or of a file whose content is not
    /// known.
    /// </summary>
    private static Bytes32? PartsOf(FolderMap map, ChunkLayout layout, int chunk)
    {
        var (start, end) = (layout.OffsetOf(chunk), layout.OffsetOf(chunk) + layout.LengthOf(chunk));
        if (start < map.Listing.Bytes.Length) return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> part = stackalloc byte[16];
        for (var at = start; at < end;)
        {
            var (file, partEnd) = map.At(at);
            partEnd = Math.Min(partEnd, end);
            BinaryPrimitives.WriteInt64LittleEndian(part, partEnd - at);
            BinaryPrimitives.WriteInt64LittleEndian(
                part[8..], file is { } index ? at - map.Listing.Entries[index].Offset : -1);
            hash.AppendData(part);
            if (file is { } of)
            {
                if (map.Places[of].Content is not { } content) return null;
                hash.AppendData(content.Hash.ToArray());
            }
            at = partEnd;
        }
        return Bytes32.From(hash.GetHashAndReset());
    }
}
