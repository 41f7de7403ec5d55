using System.Runtime.InteropServices;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Storage.Shares;

/// <summary>
/// What is at a path, in one system call: its kind and its stamp, which is the same as <see cref="FileDisk.Stamp"/>
/// takes of a regular file. Symbolic links are reported, not followed. A scan makes this call for each of 50,000 files.
/// </summary>
internal static class FileStamps
{
    internal static (FileKind Kind, FileStamp Stamp) Read(string path)
    {
        try
        {
            return FileStat.Of(path, followLink: false, out var stamp, out var kind) switch
            {
                0 => (kind, stamp),
                Errno.ENOENT or Errno.ENOTDIR => (FileKind.Missing, default),
                _ => (FileKind.Trouble, default),
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (FileKind.Trouble, default);
        }
    }

    /// <summary>As <see cref="IDiskFile.Traits"/>; the default when the file cannot be looked at.</summary>
    internal static FileTraits TraitsOf(string path)
    {
        try
        {
            return UnixMode.Offered(
                File.GetLastWriteTimeUtc(path), OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    /// <summary>Why <see cref="FileKind.Trouble"/>: the system's words.</summary>
    internal static string TroubleAt(string path)
    {
        try
        {
            var error = FileStat.Of(path, followLink: false, out _, out _);
            return error == 0 ? "it can be by now" : Marshal.GetPInvokeErrorMessage(error);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    /// <summary>
    /// Whether the file that was opened is the one that had the stamp at the path, and not what a link leads to that
    /// somebody has put there in between. An inode is of one device only.
    /// </summary>
    internal static bool IsOf(SafeFileHandle file, string path, FileStamp stamp) =>
        FileStat.Of(file, out var opened) == 0 && opened == stamp && OfFile(path) == stamp
        && FileStat.DeviceOf(file) == FileStat.DeviceOf(path, followLink: false);

    /// <summary>Null unless the path is a regular file.</summary>
    internal static FileStamp? OfFile(string path) => Read(path) is (FileKind.File, var stamp) ? stamp : null;
}
