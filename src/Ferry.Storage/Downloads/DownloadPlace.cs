using System.Globalization;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Store;

namespace Ferry.Storage.Downloads;

/// <summary>
/// Chooses the paths of a download. The partial file lies beside the final one, so that the last step is a rename
/// within one file system. An existing file is not replaced unless the user wants that: if it is the same content the
/// download is over, else another name is taken. The check here is only a preview: the rename, which does not replace
/// either, decides. A folder is never replaced.
/// </summary>
internal sealed class DownloadPlace(IDisk disk, string downloads)
{
    public const string PartEnding = ".part";

    /// <summary>Names tried for one file.</summary>
    private const int TriesMax = 10_000;

    /// <summary>Older versions that are read for what they have in common with a new one.</summary>
    private const int VersionsMax = 3;

    /// <summary>The path of a file that holds this content already, or null and a final path to aim at.</summary>
    /// <param name="isTaken">Paths that other downloads aim at.</param>
    /// <param name="portable">See <see cref="HasPortable"/>.</param>
    public (string FinalPath, FileStamp? AlreadyThere) Choose(
        StorageRequest.OpenDownload request, Func<string, bool> isTaken, bool portable)
    {
        var (folder, name) = Target(request.Name, request.OutputPath, portable);
        Folders.Ensure(disk, folder);
        foreach (var path in Candidates(folder, name))
        {
            if (isTaken(path) || disk.FolderExists(path)) continue;
            if (!disk.FileExists(path)) return (path, null);
            // A folder that is here and known was found before it was asked for.
            if (request.Manifest.IsFolder) continue;
            if (TryVerify(path, request.Manifest) is { } stamp) return (path, stamp);
            if (request.Overwrites) return (path, null);
        }
        throw NoNameLeft(folder, name);
    }

    /// <summary>What lies where the download would if it were the first of its name: the newest ones.</summary>
    public IEnumerable<string> Versions(StorageRequest.OpenDownload request, bool portable)
    {
        var (folder, name) = Target(request.Name, request.OutputPath, portable);
        return Candidates(folder, name).TakeWhile(path => disk.FileExists(path) || disk.FolderExists(path))
            .TakeLast(VersionsMax).Reverse();
    }

    /// <summary>
    /// Makes a file under the name that was offered, or under a portable one where the file system does not hold that.
    /// </summary>
    /// <param name="make">Told whether the name is to be portable.</param>
    public T Under<T>(StorageRequest.OpenDownload request, Func<bool, T> make)
    {
        try
        {
            return make(false);
        }
        catch (DiskException failure) when (failure.Error == DiskError.BadPath && HasPortable(request))
        {
            return make(true);
        }
    }

    /// <summary>
    /// May a portable name be chosen, should the file system not hold the one that was offered? It tells only when the
    /// partial file is made. A name that the user chose is used as it is.
    /// </summary>
    public bool HasPortable(StorageRequest.OpenDownload request) =>
        Target(request.Name, request.OutputPath, false) != Target(request.Name, request.OutputPath, true);

    /// <summary>What has the name already that the content would get; null when it is free.</summary>
    public string? Taken(string name, string? outputPath)
    {
        var (folder, file) = Target(name, outputPath, portable: false);
        var path = Path.Combine(folder, file);
        return disk.FileExists(path) || disk.FolderExists(path) ? path : null;
    }

    /// <summary>
    /// The last step of a file: gives it its final name if that is free, or a file of that name is to be replaced.
    /// </summary>
    /// <exception cref="DiskException"><see cref="DiskError.Exists"/> when it is taken.</exception>
    public void Move(string partPath, string finalPath, bool overwrites)
    {
        if (overwrites && disk.FileExists(finalPath)) disk.Replace(partPath, finalPath);
        else disk.Rename(partPath, finalPath);
    }

    /// <summary>A name like <paramref name="finalPath"/> that is free now.</summary>
    public string ChooseAnother(string finalPath)
    {
        var (folder, name) = Split(finalPath);
        foreach (var path in Candidates(folder, name))
        {
            if (!disk.FileExists(path) && !disk.FolderExists(path)) return path;
        }
        throw NoNameLeft(folder, name);
    }

    /// <summary>A free name for a partial file beside the final one.</summary>
    /// <param name="isTaken">Paths of other downloads' partial files, which need not be there yet.</param>
    public string ChoosePart(string finalPath, Func<string, bool> isTaken)
    {
        var (folder, name) = Split(finalPath);
        for (var i = 1; i <= TriesMax; i++)
        {
            // Another program may use the same ending.
            var ending = i == 1 ? PartEnding : string.Create(CultureInfo.InvariantCulture, $".{i}{PartEnding}");
            var path = Path.Combine(folder, SafeName.Ended(name, ending));
            if (!isTaken(path) && !disk.FileExists(path) && !disk.FolderExists(path)) return path;
        }
        throw NoNameLeft(folder, name);
    }

    /// <summary>A free name, which nobody sees, for a folder beside the place that it gets in the end.</summary>
    public string ChooseStaging(string finalPath)
    {
        var (folder, name) = Split(finalPath);
        for (var i = 1; i <= TriesMax; i++)
        {
            var ending = i == 1 ? PartEnding : string.Create(CultureInfo.InvariantCulture, $".{i}{PartEnding}");
            var path = Path.Combine(folder, SafeName.Ended($".{name}", ending));
            if (!disk.FileExists(path) && !disk.FolderExists(path)) return path;
        }
        throw NoNameLeft(folder, name);
    }

    /// <summary>
    /// Creates an empty partial file of the content's length and makes its name durable. False when another program has
    /// just taken the name.
    /// </summary>
    public bool TryMakePart(string path, ChunkLayout layout)
    {
        IDiskFile made;
        try
        {
            made = disk.Open(path, DiskOpen.CreateNew);
        }
        catch (DiskException failure) when (failure.Error == DiskError.Exists)
        {
            return false;
        }
        using (made)
        {
            made.SetLength(layout.ContentBytes);
            made.Flush();
        }
        disk.FlushDirectory(FolderOf(path));
        return true;
    }

    /// <summary>Makes an empty partial file of the content's length there, and deletes it.</summary>
    /// <exception cref="DiskException">No such file can be made there.</exception>
    public void Probe(string name, string outputPath, ChunkLayout layout)
    {
        var (folder, file) = Target(name, outputPath, portable: true);
        Folders.Ensure(disk, folder);
        var part = ChoosePart(Path.Combine(folder, file), _ => false);
        try
        {
            TryMakePart(part, layout);
        }
        finally
        {
            Folders.DeleteIfPossible(disk, part);
        }
    }

    /// <summary>Returns when the deletion is durable.</summary>
    public void DeletePart(string path)
    {
        try
        {
            disk.Delete(path);
            disk.FlushDirectory(FolderOf(path));
        }
        catch (DiskException failure) when (failure.Error == DiskError.NotFound)
        {
            // The folder is gone, and the partial file with it.
        }
    }

    public static string FolderOf(string path) => Split(path).Folder;

    private (string Folder, string Name) Target(string name, string? outputPath, bool portable)
    {
        var offered = SafeName.Of(name);
        if (portable) offered = SafeName.Portable(offered);
        if (outputPath is null) return (downloads, offered);
        if (!Path.IsPathRooted(outputPath) || outputPath.Contains('\0'))
            throw new DiskException(DiskError.BadPath, $"{outputPath} is not an absolute path");
        if (Path.EndsInDirectorySeparator(outputPath) || disk.FolderExists(outputPath))
            return (Path.TrimEndingDirectorySeparator(outputPath), offered);
        return Split(outputPath);
    }

    private static (string Folder, string Name) Split(string path) =>
        (Path.GetDirectoryName(path) ?? throw new DiskException(DiskError.BadPath, $"{path} names no file"),
            Path.GetFileName(path));

    private static IEnumerable<string> Candidates(string folder, string name)
    {
        yield return Path.Combine(folder, name);
        for (var i = 2; i <= TriesMax; i++)
            yield return Path.Combine(
                folder, SafeName.Marked(name, string.Create(CultureInfo.InvariantCulture, $" ({i})")));
    }

    /// <summary>
    /// The stamp of an existing file if it is the content. Flushed first: the program that wrote it need not have done
    /// so, and the holders are about to get receipts. A disk error here stalls the download rather than fetching the
    /// content again, because the file may be readable later.
    /// </summary>
    private FileStamp? TryVerify(string path, Manifest manifest)
    {
        FileStamp stamp;
        try
        {
            if (ContentCheck.Verify(disk, path, manifest) is not { } found) return null;
            stamp = found;
        }
        catch (DiskException failure) when (failure.Error is DiskError.NotWritable or DiskError.NotFound)
        {
            return null; // A file without read permission cannot be verified: another name is chosen.
        }
        try
        {
            using var file = disk.Open(path, DiskOpen.ReadWrite);
            file.Flush();
            disk.FlushDirectory(FolderOf(path));
        }
        catch (DiskException failure) when (failure.Error == DiskError.NotWritable)
        {
            // A file that may not be opened for writing cannot be flushed here, and has nothing unwritten of this node.
        }
        return stamp;
    }

    private static DiskException NoNameLeft(string folder, string name) =>
        new(DiskError.BadPath, $"{folder} holds {TriesMax} files named like {name}");
}
