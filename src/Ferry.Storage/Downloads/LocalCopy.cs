using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Shares;
using Ferry.Storage.Store;
using Ferry.Storage.Trees;

namespace Ferry.Storage.Downloads;

/// <summary>
/// Copies a content that this node shares to where its user wants it, or into the downloads folder under a name that it
/// does not have there, and offers it under that too. As with a download, the copy has another name until it is
/// verified and flushed, and replaces a file only if that is wanted. It needs no log: no other node takes part.
/// </summary>
public sealed class LocalCopy(IDisk disk, KeptRoom room, IShareCatalog shares, string downloads)
{
    /// <summary>How often another program may take the chosen name before the copy fails.</summary>
    private const int TriesMax = 100;

    private readonly DownloadPlace _place = new(disk, downloads);

    /// <exception cref="DiskException">The copy could not be made, and nothing is left of it.</exception>
    public (string Path, bool AlreadyThere) Make(
        ContentId content, string name, string? outputPath, bool overwrites = false)
    {
        var source = shares.Find(content)
            ?? throw new DiskException(DiskError.NotFound, $"{name} is not shared here any more");
        var request = new StorageRequest.OpenDownload(source.Manifest, name, outputPath)
        {
            Overwrites = overwrites,
        };
        return _place.Under(request, portable => Make(source, request, portable));
    }

    /// <summary>For a copy that is made when its content has come.</summary>
    /// <exception cref="DiskException">No file of this size can be made there.</exception>
    public void Probe(string name, string outputPath, long size) =>
        _place.Probe(name, outputPath, ChunkLayout.For(size));

    /// <summary>What has the name already that a content would get; null when it is free.</summary>
    /// <exception cref="DiskException">There is no such place.</exception>
    public string? Taken(string name, string? outputPath) => _place.Taken(name, outputPath);

    private (string Path, bool AlreadyThere) Make(
        SharedSource source, StorageRequest.OpenDownload request, bool portable)
    {
        var (finalPath, alreadyThere) = _place.Choose(request, _ => false, portable);
        if (source.Folder is { } folder) return (CopyFolder(source, folder, finalPath), false);
        var path = alreadyThere is null ? Copy(source, finalPath, request.Overwrites) : finalPath;
        // In the downloads folder a copy is offered like what was fetched.
        if (request.OutputPath is null && (alreadyThere ?? disk.Stamp(path)) is { } stamp)
            shares.AddDownloaded(source.Manifest, path, stamp);
        return (path, alreadyThere is not null);
    }

    private string Copy(SharedSource source, string finalPath, bool overwrites)
    {
        room.Check(DownloadPlace.FolderOf(finalPath), source.Manifest);
        var partPath = MakePart(finalPath, source.Manifest.Layout);
        try
        {
            Fill(partPath, source);
            return Rename(partPath, finalPath, overwrites);
        }
        catch (DiskException)
        {
            Folders.DeleteIfPossible(disk, partPath);
            throw;
        }
    }

    /// <summary>What is not as it was offered is so here, too, and has been told.</summary>
    private string CopyFolder(SharedSource source, FolderMap folder, string finalPath)
    {
        var bytes = new FolderBytes(disk, source.Path, folder);
        void Read(Span<byte> destination, long offset)
        {
            if (bytes.Read(destination, offset) is null) return;
            shares.MarkChanged(source.Manifest.Id);
            throw new DiskException(DiskError.Faulty, $"{source.Path} has changed since it was hashed");
        }
        room.Check(DownloadPlace.FolderOf(finalPath), folder.Listing.FileBytes);
        var staging = _place.ChooseStaging(finalPath);
        try
        {
            var made = new FolderUnpack(disk, folder.Listing, folder.ContentBytes, Read).Run(staging, () => false)!;
            disk.FlushTree(staging);
            if (made.Map is { } map) FolderReader.IsWhole(disk, staging, map, source.Manifest, () => false);
            return Rename(staging, finalPath, overwrites: false);
        }
        catch (DiskException)
        {
            disk.DeleteFolder(staging);
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
        var readBack = new ReadBack(manifest, partPath);
        var buffer = new byte[layout.ChunkBytes];
        for (var chunk = 0; chunk < layout.ChunkCount; chunk++)
        {
            var bytes = buffer.AsSpan(0, layout.LengthOf(chunk));
            if (from.Read(bytes, layout.OffsetOf(chunk)) != bytes.Length || !Zeros.Verify(manifest, chunk, bytes))
            {
                shares.MarkChanged(manifest.Id);
                throw new DiskException(DiskError.Faulty, $"{source.Path} has changed since it was hashed");
            }
            Zeros.Write(to, bytes, layout.OffsetOf(chunk));
            readBack.Add(chunk, ReadBack.SumOf(bytes));
        }
        to.SetTraits(from.Traits());
        readBack.Run(to, isStopped: () => false);
    }

    private string Rename(string partPath, string finalPath, bool overwrites)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                _place.Move(partPath, finalPath, overwrites);
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
