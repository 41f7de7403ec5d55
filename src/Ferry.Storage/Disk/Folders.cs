namespace Ferry.Storage.Disk;

internal static class Folders
{
    /// <summary>
    /// Makes a folder and its missing ancestors durable: each new name is flushed in the folder above it.
    /// </summary>
    public static void Ensure(IDisk disk, string folder)
    {
        if (disk.FolderExists(folder)) return;
        var above = Path.GetDirectoryName(folder);
        if (!string.IsNullOrEmpty(above)) Ensure(disk, above);
        disk.CreateDirectory(folder);
        if (!string.IsNullOrEmpty(above)) disk.FlushDirectory(above);
    }

    /// <summary>Is <paramref name="path"/> the folder (or file) itself, or below it?</summary>
    public static bool IsWithin(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal)
        && (path.Length == folder.Length || folder.EndsWith(Path.DirectorySeparatorChar)
            || path[folder.Length] == Path.DirectorySeparatorChar);

    /// <summary>
    /// Clean-up after another failure, which the caller reports: a file that is left behind does no harm.
    /// </summary>
    public static void DeleteIfPossible(IDisk disk, string path)
    {
        try
        {
            disk.Delete(path);
        }
        catch (DiskException)
        {
            // The caller reports the failure that made the file useless.
        }
    }
}
