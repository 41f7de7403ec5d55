using Ferry.Storage.Disk;

namespace Ferry.Storage.Shares;

/// <summary>
/// What is at a path, in one system call: its kind and its stamp, which is the same as <see cref="FileDisk.Stamp"/>
/// takes of a regular file. Symbolic links are reported, not followed. A scan makes this call for each of 50,000 files.
/// </summary>
internal static class FileStamps
{
    internal static (FileKind Kind, FileStamp Stamp) Read(string path) =>
        OperatingSystem.IsLinux() ? ReadLinux(path) : ReadOther(path);

    /// <summary>Null unless the path is a regular file.</summary>
    internal static FileStamp? OfFile(string path) => Read(path) is (FileKind.File, var stamp) ? stamp : null;

    private static (FileKind, FileStamp) ReadLinux(string path)
    {
        var error = Posix.Stat(path, followLink: false, out var stamp, out var kind);
        return error switch
        {
            0 => (kind, stamp),
            Errno.ENOENT or Errno.ENOTDIR => (FileKind.Missing, default),
            _ => (FileKind.Trouble, default),
        };
    }

    private static (FileKind, FileStamp) ReadOther(string path)
    {
        var file = new FileInfo(path);
        try
        {
            if (file.LinkTarget is not null) return (FileKind.Link, default);
            if (file.Exists) return (FileKind.File, new FileStamp(file.Length, file.LastWriteTimeUtc.Ticks, 0));
            return (Directory.Exists(path) ? FileKind.Folder : FileKind.Missing, default);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (FileKind.Trouble, default);
        }
    }
}
