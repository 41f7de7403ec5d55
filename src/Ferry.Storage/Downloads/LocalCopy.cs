using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Shares;

namespace Ferry.Storage.Downloads;

/// <summary>
/// Copies a content that this node shares to where its user wants it, or into the downloads folder under a name that it
/// does not have there, and offers it under that too. As with a download, the copy has another name
/// until it is verified and flushed, and never replaces a file. It needs no log: no other node takes part.
/// </summary>
public sealed class LocalCopy(IDisk disk, IShareCatalog shares, string downloads)
{
    /// <summary>How often another program may take the chosen name before the copy fails.</summary>
    private const int TriesMax = 100;

    private readonly DownloadPlace _place = new(disk, downloads);

    /// <exception cref="DiskException">The copy could not be made, and nothing is left of it.</exception>
    public (string Path, bool AlreadyThere) Make(ContentId content, string name, string? outputPath)
    {
        var source = shares.Find(content)
            ?? throw new DiskException(DiskError.NotFound, $"{name} is not shared here any more");
        var request = new StorageRequest.OpenDownload(source.Manifest, name, outputPath);
        var (finalPath, alreadyThere) = _place.Choose(request, _ => false);
        if (alreadyThere is { } there)
        {
            if (outputPath is null) shares.AddDownloaded(source.Manifest, finalPath, there);
            return (finalPath, true);
        }
        var path = Copy(source, finalPath);
        if (outputPath is null && disk.Stamp(path) is { } stamp) shares.AddDownloaded(source.Manifest, path, stamp);
        return (path, false);
    }

    private string Copy(SharedSource source, string finalPath)
    {
        var partPath = MakePart(finalPath, source.Manifest.Layout);
        try
        {
            Fill(partPath, source);
            return Rename(partPath, finalPath);
        }
        catch (DiskException)
        {
            Folders.DeleteIfPossible(disk, partPath);
            throw;
        }
    }

    private string MakePart(string finalPath, ChunkLayout layout)
    {
        for (var tries = 1; ; tries++)
        {
            var path = _place.ChoosePart(finalPath, _ => false);
            if (_place.TryMakePart(path, layout)) return path;
            if (tries == TriesMax) throw new DiskException(DiskError.Exists, $"{path} is made again and again");
        }
    }

    private void Fill(string partPath, SharedSource source)
    {
        using var from = disk.Open(source.Path, DiskOpen.Read);
        using var to = disk.Open(partPath, DiskOpen.ReadWrite);
        var (manifest, layout) = (source.Manifest, source.Manifest.Layout);
        to.Reserve(layout.ContentBytes);
        var buffer = new byte[layout.ChunkBytes];
        for (var chunk = 0; chunk < layout.ChunkCount; chunk++)
        {
            var bytes = buffer.AsSpan(0, layout.LengthOf(chunk));
            if (from.Read(bytes, layout.OffsetOf(chunk)) != bytes.Length || !manifest.Verify(chunk, bytes))
            {
                shares.MarkChanged(manifest.Id);
                throw new DiskException(DiskError.Faulty, $"{source.Path} has changed since it was hashed");
            }
            to.Write(bytes, layout.OffsetOf(chunk));
        }
        to.Flush();
    }

    private string Rename(string partPath, string finalPath)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                disk.Rename(partPath, finalPath);
                disk.FlushDirectory(Path.GetDirectoryName(finalPath)!);
                return finalPath;
            }
            catch (DiskException failure) when (failure.Error == DiskError.Exists && tries < TriesMax)
            {
                finalPath = _place.ChooseAnother(finalPath);
            }
        }
    }
}
