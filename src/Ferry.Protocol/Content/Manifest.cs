using System.Buffers.Binary;
using System.Security.Cryptography;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Content;

/// <summary>
/// The chunk hashes of a content. The content id is SHA-256 over <c>"ferry content 1\n"</c>, the size (8 bytes, big
/// endian), the chunk size (4 bytes) and all leaves, each the SHA-256 of one chunk: a node that knows the id can verify
/// the manifest, and with the manifest each chunk by itself.
/// </summary>
public sealed class Manifest
{
    private Manifest(ContentId id, ChunkLayout layout, ReadOnlyMemory<byte> leaves) =>
        (Id, Layout, Leaves) = (id, layout, leaves);

    public ContentId Id { get; }
    public ChunkLayout Layout { get; }

    /// <summary>All leaves one after the other, 32 bytes each.</summary>
    public ReadOnlyMemory<byte> Leaves { get; }

    public ReadOnlySpan<byte> LeafOf(int chunk) => Leaves.Span.Slice(chunk * Bytes32.Length, Bytes32.Length);

    public bool Verify(int chunk, ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Bytes32.Length];
        SHA256.HashData(bytes, hash);
        return bytes.Length == Layout.LengthOf(chunk) && hash.SequenceEqual(LeafOf(chunk));
    }

    /// <exception cref="ArgumentException">The number of leaves is not the layout's.</exception>
    public static Manifest Create(long contentBytes, ReadOnlyMemory<byte> leaves)
    {
        var layout = ChunkLayout.For(contentBytes);
        if (leaves.Length != layout.ChunkCount * Bytes32.Length)
            throw new ArgumentException("wrong number of leaves", nameof(leaves));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> head = stackalloc byte[28];
        "ferry content 1\n"u8.CopyTo(head);
        BinaryPrimitives.WriteInt64BigEndian(head[16..], contentBytes);
        BinaryPrimitives.WriteInt32BigEndian(head[24..], layout.ChunkBytes);
        hash.AppendData(head);
        hash.AppendData(leaves.Span);
        Span<byte> id = stackalloc byte[Bytes32.Length];
        hash.GetHashAndReset(id);
        return new Manifest(new ContentId(Bytes32.From(id)), layout, leaves);
    }

    /// <summary>
    /// Null when size and leaves do not make up <paramref name="expected"/>: they come from a peer or from disk.
    /// </summary>
    public static Manifest? TryCreate(ContentId expected, long contentBytes, ReadOnlyMemory<byte> leaves)
    {
        if (!ChunkLayout.IsValidSize(contentBytes)) return null;
        if (leaves.Length != ChunkLayout.For(contentBytes).ChunkCount * Bytes32.Length) return null;
        var manifest = Create(contentBytes, leaves);
        return manifest.Id == expected ? manifest : null;
    }
}
