using System.Globalization;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Store;

namespace Ferry.Storage.Downloads;

/// <summary>
/// Chooses where a download goes. The partial file lies beside the final one, so that the last step is a rename on one
/// file system. An existing file is never replaced: if it is the same content the download is over, else another name
/// is taken. The final name is only looked at here; the rename, which does not replace either, decides.
/// </summary>
internal sealed class DownloadPlace(IDisk disk, string downloads)
{
    public const string PartEnding = ".part";

    /// <summary>Names tried for one file.</summary>
    private const int TriesMax = 10_000;

    /// <summary>The path of a file that holds this content already, or null and a final path to aim at.</summary>
    /// <param name="isTaken">Paths that other downloads aim at.</param>
    public (string FinalPath, FileStamp? AlreadyThere) Choose(
        StorageRequest.OpenDownload request, Func<string, bool> isTaken)
    {
        var (folder, name) = Target(request.OutputPath, request.Name);
        Folders.Ensure(disk, folder);
        foreach (var path in Candidates(folder, name))
        {
            if (isTaken(path) || disk.FolderExists(path)) continue;
            if (!disk.FileExists(path)) return (path, null);
            if (TryVerify(path, request.Manifest) is { } stamp) return (path, stamp);
        }
        throw NoNameLeft(folder, name);
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
            // One may be there that another program makes.
            var ending = i == 1 ? PartEnding : string.Create(CultureInfo.InvariantCulture, $".{i}{PartEnding}");
            var path = Path.Combine(folder, SafeName.Ended(name, ending));
            if (!isTaken(path) && !disk.FileExists(path) && !disk.FolderExists(path)) return path;
        }
        throw NoNameLeft(folder, name);
    }

    /// <summary>
    /// Makes an empty partial file of the content's length, and returns when its name would survive a power cut. False
    /// when somebody else has just taken the name.
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
        disk.FlushDirectory(Split(path).Folder);
        return true;
    }

    /// <summary>Returns when a power cut would not bring the partial file back.</summary>
    public void DeletePart(string path)
    {
        try
        {
            disk.Delete(path);
            disk.FlushDirectory(Split(path).Folder);
        }
        catch (DiskException failure) when (failure.Error == DiskError.NotFound)
        {
            // The folder is gone, and what was in it.
        }
    }

    private (string Folder, string Name) Target(string? outputPath, string offeredName)
    {
        if (outputPath is null) return (downloads, SafeName.Of(offeredName));
        if (!Path.IsPathRooted(outputPath) || outputPath.Contains('\0'))
            throw new DiskException(DiskError.BadPath, $"{outputPath} is not an absolute path");
        if (Path.EndsInDirectorySeparator(outputPath) || disk.FolderExists(outputPath))
            return (Path.TrimEndingDirectorySeparator(outputPath), SafeName.Of(offeredName));
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
    /// Its stamp if it is the content, and safe: whoever put it there need not have flushed it, and the holders are
    /// about to be told that it is here. A disk that fails now may know it later: till then nothing is fetched twice.
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
            return null; // What may not be read is not known to be the content: another name is taken.
        }
        try
        {
            using var file = disk.Open(path, DiskOpen.ReadWrite);
            file.Flush();
            disk.FlushDirectory(Split(path).Folder);
        }
        catch (DiskException failure) when (failure.Error == DiskError.NotWritable)
        {
            // Where nobody may write, nothing waits to be written.
        }
        return stamp;
    }

    private static DiskException NoNameLeft(string folder, string name) =>
        new(DiskError.BadPath, $"{folder} holds {TriesMax} files named like {name}");
}
