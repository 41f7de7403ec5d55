namespace Ferry.Storage.Disk;

internal static class Folders
{
    /// <summary>
    /// Makes a folder, and those above it, so that a power cut does not take them away again with all they hold: every
    /// new name is flushed in the folder above.
    /// </summary>
    public static void Ensure(IDisk disk, string folder)
    {
        if (disk.FolderExists(folder)) return;
        var above = Path.GetDirectoryName(folder);
        if (!string.IsNullOrEmpty(above)) Ensure(disk, above);
        disk.CreateDirectory(folder);
        if (!string.IsNullOrEmpty(above)) disk.FlushDirectory(above);
    }

    /// <summary>
    /// For tidying up after something else went wrong: what stays behind does no harm and is told by the first failure.
    /// </summary>
    public static void DeleteIfPossible(IDisk disk, string path)
    {
        try
        {
            disk.Delete(path);
        }
        catch (DiskException)
        {
            // The caller is on its way to report the trouble that made the file useless.
        }
    }
}
