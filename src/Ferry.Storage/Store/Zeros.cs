using System.Collections.Concurrent;
using System.Security.Cryptography;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Storage.Disk;

namespace Ferry.Storage.Store;

/// <summary>
/// Zeros, of which sparse files are full. A manifest tells which chunks hold nothing else, since they all have one
/// leaf: nobody need send or write them. Their hashes are looked up, for a hole is read much faster than it is hashed.
/// </summary>
internal static class Zeros
{
    /// <summary>What is looked at within a chunk; file systems keep holes in units of 4 to 64 KiB.</summary>
    public const int BlockBytes = 64 * 1024;

    /// <summary>Full chunks have seven lengths; the last one of a content may have any, and is not kept.</summary>
    private static readonly ConcurrentDictionary<int, Bytes32> Leaves = [];

    /// <summary>SHA-256, which of zeros is known.</summary>
    public static void Hash(ReadOnlySpan<byte> chunk, Span<byte> leaf)
    {
        if (int.IsPow2(chunk.Length) && !chunk.ContainsAnyExcept((byte)0)) LeafOf(chunk.Length).CopyTo(leaf);
        else SHA256.HashData(chunk, leaf);
    }

    public static bool Verify(Manifest manifest, int chunk, ReadOnlySpan<byte> bytes)
    {
        Span<byte> leaf = stackalloc byte[Bytes32.Length];
        Hash(bytes, leaf);
        return bytes.Length == manifest.Layout.LengthOf(chunk) && leaf.SequenceEqual(manifest.LeafOf(chunk));
    }

    /// <summary>The chunks that are zeros from end to end.</summary>
    public static ChunkMap ChunksOf(Manifest manifest)
    {
        var layout = manifest.Layout;
        var chunks = new ChunkMap(layout.ChunkCount);
        Span<byte> leaf = stackalloc byte[Bytes32.Length];
        for (var chunk = 0; chunk < layout.ChunkCount; chunk++)
        {
            if (chunk == 0 || layout.LengthOf(chunk) != layout.ChunkBytes) LeafOf(layout.LengthOf(chunk)).CopyTo(leaf);
            if (leaf.SequenceEqual(manifest.LeafOf(chunk))) chunks.Add(chunk);
        }
        return chunks;
    }

    /// <summary>Writes a chunk, and leaves holes where it has blocks of zeros.</summary>
    public static void Write(IDiskFile file, ReadOnlySpan<byte> chunk, long offset)
    {
        for (var at = 0; at < chunk.Length;)
        {
            var isZero = IsZero(chunk, at);
            var end = at;
            while (end < chunk.Length && IsZero(chunk, end) == isZero) end = Math.Min(end + BlockBytes, chunk.Length);
            if (isZero) file.WriteZeros(offset + at, end - at);
            else file.Write(chunk[at..end], offset + at);
            at = end;
        }
    }

    private static bool IsZero(ReadOnlySpan<byte> chunk, int at) =>
        !chunk.Slice(at, Math.Min(BlockBytes, chunk.Length - at)).ContainsAnyExcept((byte)0);

    private static Bytes32 LeafOf(int length) =>
        int.IsPow2(length) ? Leaves.GetOrAdd(length, Compute) : Compute(length);

    private static Bytes32 Compute(int length) => Bytes32.From(SHA256.HashData(new byte[length]));
}
