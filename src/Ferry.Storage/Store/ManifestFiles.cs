using System.Buffers.Binary;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Storage.Disk;

namespace Ferry.Storage.Store;

/// <summary>
/// Manifests of unfinished downloads, a file each: the size (8 bytes, big endian) and the leaves. The file's name is
/// the content id, which is a hash over all of it and so its checksum.
/// </summary>
internal sealed class ManifestFiles(IDisk disk, string folder)
{
    private const int SizeBytes = 8;
    private const string NewEnding = ".new";

    public string PathOf(ContentId content) => Path.Combine(folder, content.ToString());

    /// <summary>Returns when the manifest is durable.</summary>
    public void Save(Manifest manifest)
    {
        var path = PathOf(manifest.Id);
        Folders.Ensure(disk, folder);
        try
        {
            using (var file = disk.Open(path + NewEnding, DiskOpen.OpenOrCreate))
            {
                Span<byte> size = stackalloc byte[SizeBytes];
                BinaryPrimitives.WriteInt64BigEndian(size, manifest.Layout.ContentBytes);
                file.SetLength(0);
                file.Write(size, 0);
                file.Write(manifest.Leaves.Span, SizeBytes);
                file.Flush();
            }
            disk.Replace(path + NewEnding, path);
        }
        catch (DiskException)
        {
            Folders.DeleteIfPossible(disk, path + NewEnding);
            throw;
        }
        disk.FlushDirectory(folder);
    }

    /// <summary>Null when it is missing or damaged.</summary>
    /// <exception cref="DiskException">It may be there, but cannot be read.</exception>
    public Manifest? TryLoad(ContentId content)
    {
        const int BytesMax =
            SizeBytes + (int)(ChunkLayout.ContentBytesMax / ChunkLayout.ChunkBytesMax) * Bytes32.Length;
        try
        {
            using var file = disk.Open(PathOf(content), DiskOpen.Read);
            if (file.Length is < SizeBytes or > BytesMax) return null;
            var bytes = new byte[file.Length];
            if (file.Read(bytes, 0) != bytes.Length) return null;
            return Manifest.TryCreate(content, BinaryPrimitives.ReadInt64BigEndian(bytes), bytes.AsMemory(SizeBytes));
        }
        catch (DiskException failure) when (failure.Error == DiskError.NotFound)
        {
            return null; // The caller tells the user that the download cannot go on.
        }
    }

    public void Delete(ContentId content) => Folders.DeleteIfPossible(disk, PathOf(content));

    /// <summary>
    /// Deletes the manifests of downloads that had ended, or had not been logged yet, when the node crashed.
    /// </summary>
    public void Sweep(IReadOnlySet<ContentId> wanted)
    {
        foreach (var path in disk.List(folder))
        {
            if (!ContentId.TryParse(Path.GetFileName(path), out var content) || !wanted.Contains(content))
                Folders.DeleteIfPossible(disk, path);
        }
    }
}
