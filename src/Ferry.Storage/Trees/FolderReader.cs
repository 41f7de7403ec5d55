using System.Buffers;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Store;

namespace Ferry.Storage.Trees;

/// <summary>Reads a folder's listing from its verified content.</summary>
internal static class FolderReader
{
    /// <exception cref="DiskException"><see cref="DiskError.Malformed"/> when it is none of a folder.</exception>
    public static FolderListing ListingOf(Manifest manifest, FolderUnpack.Reading read)
    {
        var size = manifest.Layout.ContentBytes;
        var head = new byte[(int)Math.Min(FolderListing.HeadBytes, size)];
        read(head, 0);
        var length = FolderListing.LengthIn(head) ?? 0;
        if (length > size || length == 0) throw Malformed(ListingFlaw.Form);
        if (length > FolderListing.BytesMax) throw Malformed(ListingFlaw.TooLong);
        var bytes = new byte[length];
        read(bytes, 0);
        var flaw = FolderListing.TryDecode(bytes, size, out var listing);
        return listing ?? throw Malformed(flaw);
    }

    /// <summary>What belongs to no file is zeros: the folder that was made of the content gives it again.</summary>
    /// <exception cref="DiskException"><see cref="DiskError.Malformed"/> when it is not.</exception>
    public static void CheckGaps(FolderMap map, FolderUnpack.Reading read, Func<bool> isStopped)
    {
        var buffer = new byte[1 << 20];
        foreach (var (offset, end) in map.Gaps())
        {
            for (var at = offset; at < end && !isStopped();)
            {
                var bytes = buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at));
                read(bytes, at);
                if (bytes.ContainsAnyExcept((byte)0)) throw Malformed(ListingFlaw.Gap);
                at += bytes.Length;
            }
        }
    }

    /// <summary>Whether the content can be read from a folder; false when it was stopped.</summary>
    /// <exception cref="DiskException"><see cref="DiskError.Changed"/> when it cannot.</exception>
    public static bool IsWhole(IDisk disk, string folder, FolderMap map, Manifest manifest, Func<bool> isStopped)
    {
        var source = new FolderBytes(disk, folder, map);
        var layout = manifest.Layout;
        var buffer = ArrayPool<byte>.Shared.Rent(layout.ChunkBytes);
        try
        {
            for (var chunk = 0; chunk < layout.ChunkCount; chunk++)
            {
                if (isStopped()) return false;
                var bytes = buffer.AsSpan(0, layout.LengthOf(chunk));
                if (source.Read(bytes, layout.OffsetOf(chunk)) is not null || !Zeros.Verify(manifest, chunk, bytes))
                    throw new DiskException(DiskError.Changed, $"another program or the disk changed {folder}");
            }
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static DiskException Malformed(ListingFlaw flaw) =>
        new(DiskError.Malformed, $"what came is no folder as this program can make it (its listing is wrong: {flaw})");
}
