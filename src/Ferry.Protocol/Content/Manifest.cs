using System.Buffers.Binary;
using System.Security.Cryptography;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Content;

/// <summary>
/// The chunk hashes of a content. The content id is SHA-256 over <c>"ferry content 1\n"</c>, the size (8 bytes, big
/// endian), the chunk size (4 bytes) and all leaves, each the SHA-256 of one chunk: a node that knows the id can verify
/// the manifest, and with the manifest each chunk by itself. The id of a folder begins with <c>"ferry folder 1\n"</c>
/// instead, so that it tells what the bytes are, and no file has it.
/// </summary>
public sealed class Manifest
{
    private Manifest(ContentId id, ChunkLayout layout, ReadOnlyMemory<byte> leaves, bool isFolder) =>
        (Id, Layout, Leaves, IsFolder) = (id, layout, leaves, isFolder);

    public ContentId Id { get; }
    public ChunkLayout Layout { get; }

    /// <summary>The bytes are a listing and the files that it names.</summary>
    public bool IsFolder { get; }

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
    public static Manifest Create(long contentBytes, ReadOnlyMemory<byte> leaves, bool isFolder = false)
    {
        var layout = ChunkLayout.For(contentBytes);
        if (leaves.Length != layout.ChunkCount * Bytes32.Length)
            throw new ArgumentException("wrong number of leaves", nameof(leaves));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(isFolder ? "ferry folder 1\n"u8 : "ferry content 1\n"u8);
        Span<byte> sizes = stackalloc byte[12];
        BinaryPrimitives.WriteInt64BigEndian(sizes, contentBytes);
        BinaryPrimitives.WriteInt32BigEndian(sizes[8..], layout.ChunkBytes);
        hash.AppendData(sizes);
        hash.AppendData(leaves.Span);
        Span<byte> id = stackalloc byte[Bytes32.Length];
        hash.GetHashAndReset(id);
        return new Manifest(new ContentId(Bytes32.From(id)), layout, leaves, isFolder);
    }

    /// <summary>
    /// Null when size and leaves make up <paramref name="expected"/> neither as a file nor as a folder: they come from
    /// a peer or from disk.
    /// </summary>
    public static Manifest? TryCreate(ContentId expected, long contentBytes, ReadOnlyMemory<byte> leaves)
    {
        if (!ChunkLayout.IsValidSize(contentBytes)) return null;
        if (leaves.Length != ChunkLayout.For(contentBytes).ChunkCount * Bytes32.Length) return null;
        var file = Create(contentBytes, leaves);
        if (file.Id == expected) return file;
        var folder = Create(contentBytes, leaves, isFolder: true);
        return folder.Id == expected ? folder : null;
    }
}
