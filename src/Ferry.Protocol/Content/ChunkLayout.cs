namespace Ferry.Protocol.Content;

/// <summary>
/// How a content of some size is cut into chunks. The chunk is the unit of verifying, ACK, WAL and picking: a power of
/// two from 64 KiB to 4 MiB, the smallest that needs no more than 2,048 chunks until 4 MiB is reached. The content's
/// size alone decides, so that every node that hashes the same bytes finds the same content id.
/// </summary>
public readonly record struct ChunkLayout
{
    public const int ChunkBytesMin = 64 * 1024;
    public const int ChunkBytesMax = 4 * 1024 * 1024;
    public const int ChunksWanted = 2048;

    /// <summary>1 TiB: bounds what a peer can make us allocate for a manifest (262,144 leaves, 8 MiB).</summary>
    public const long ContentBytesMax = 1L << 40;

    /// <summary>The chunks of the largest content.</summary>
    public const int ChunkCountMax = (int)(ContentBytesMax / ChunkBytesMax);

    private ChunkLayout(long contentBytes, int chunkBytes) => (ContentBytes, ChunkBytes) = (contentBytes, chunkBytes);

    public long ContentBytes { get; }
    public int ChunkBytes { get; }

    /// <summary>0 for an empty content: there is nothing to transfer then.</summary>
    public int ChunkCount => (int)((ContentBytes + ChunkBytes - 1) / ChunkBytes);

    public static bool IsValidSize(long contentBytes) => contentBytes is >= 0 and <= ContentBytesMax;

    /// <exception cref="ArgumentOutOfRangeException">Not <see cref="IsValidSize">a size</see>.</exception>
    public static ChunkLayout For(long contentBytes)
    {
        if (!IsValidSize(contentBytes))
            throw new ArgumentOutOfRangeException(nameof(contentBytes), contentBytes, "not a content size");
        var chunkBytes = ChunkBytesMin;
        while (chunkBytes < ChunkBytesMax && contentBytes > (long)chunkBytes * ChunksWanted) chunkBytes *= 2;
        return new ChunkLayout(contentBytes, chunkBytes);
    }

    public long OffsetOf(int chunk) => (long)chunk * ChunkBytes;

    /// <summary>All chunks are full but the last.</summary>
    public int LengthOf(int chunk)
    {
        if ((uint)chunk >= (uint)ChunkCount)
            throw new ArgumentOutOfRangeException(nameof(chunk), chunk, "no such chunk");
        return (int)Math.Min(ChunkBytes, ContentBytes - OffsetOf(chunk));
    }

    /// <summary>
    /// Whether a piece of that many bytes, at least one, lies inside its chunk. Takes any values without overflow.
    /// </summary>
    public bool Contains(int chunk, int offset, int bytes) =>
        (uint)chunk < (uint)ChunkCount && offset >= 0 && bytes > 0 && bytes <= LengthOf(chunk)
        && offset <= LengthOf(chunk) - bytes;

    /// <summary>Bytes of content in a set of chunks.</summary>
    public long BytesIn(ChunkMap chunks)
    {
        var last = ChunkCount - 1;
        return (long)chunks.Count * ChunkBytes - (chunks.Contains(last) ? ChunkBytes - LengthOf(last) : 0);
    }
}
