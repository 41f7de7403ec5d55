using System.Buffers;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;

namespace Ferry.Storage.Store;

/// <summary>Verifies files against a manifest.</summary>
internal static class ContentCheck
{
    /// <summary>
    /// The stamp of the file if it is this content, whole and unchanged while it was read; else null.
    /// </summary>
    public static FileStamp? Verify(IDisk disk, string path, Manifest manifest)
    {
        if (disk.Stamp(path) is not { } stamp || stamp.Length != manifest.Layout.ContentBytes) return null;
        using var file = disk.Open(path, DiskOpen.Read);
        if (file.Stamp() != stamp) return null;
        for (var chunk = 0; chunk < manifest.Layout.ChunkCount; chunk++)
        {
            if (!Verify(file, manifest, chunk)) return null;
        }
        return file.Stamp() == stamp ? stamp : null;
    }

    /// <summary>The chunks of <paramref name="expected"/> whose bytes do not have their hash, in order.</summary>
    public static List<int> Lost(IDiskFile file, Manifest manifest, ChunkMap expected)
    {
        var lost = new List<int>();
        for (var chunk = expected.NextPresent(0); chunk < expected.ChunkCount; chunk = expected.NextPresent(chunk + 1))
        {
            if (!Verify(file, manifest, chunk)) lost.Add(chunk);
        }
        return lost;
    }

    private static bool Verify(IDiskFile file, Manifest manifest, int chunk)
    {
        var length = manifest.Layout.LengthOf(chunk);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var bytes = buffer.AsSpan(0, length);
            return file.Read(bytes, manifest.Layout.OffsetOf(chunk)) == length && Zeros.Verify(manifest, chunk, bytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
