using System.Runtime.InteropServices;

namespace Ferry.Storage.Disk;

/// <summary>
/// Turns what the framework throws into a <see cref="DiskException"/>, where the call is made. On Unix the framework
/// puts the errno into <see cref="Exception.HResult"/>, on Windows the error code with 0x8007 before it.
/// </summary>
internal static class DiskFailure
{
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsFileExists = unchecked((int)0x80070050);
    private const int WindowsAlreadyExists = unchecked((int)0x800700B7);
    private const int WindowsInvalidName = unchecked((int)0x8007007B);

    /// <summary>
    /// A handle that was closed is not one: it is a bug, and must not pass for a disk that may get well again.
    /// </summary>
    public static bool IsOne(Exception exception) => exception is IOException or UnauthorizedAccessException
        or ArgumentException or NotSupportedException or System.Security.SecurityException;

    public static DiskException From(Exception exception, string path) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => Make(DiskError.NotFound, path, exception),
        PathTooLongException => Make(DiskError.BadPath, path, exception),
        UnauthorizedAccessException or System.Security.SecurityException =>
            Make(DiskError.NotWritable, path, exception),
        IOException => Make(OfResult(exception.HResult), path, exception),
        _ => Make(DiskError.BadPath, path, exception),
    };

    /// <summary>
    /// For a call on an open file: its name was valid, so no error is about the path, whatever the errno.
    /// </summary>
    public static DiskException FromOpen(Exception exception, string path) =>
        From(exception, path) is { Error: not DiskError.BadPath } failure
            ? failure : Make(DiskError.Faulty, path, exception);

    public static DiskException FromErrno(int errno, string path) =>
        Make(OfErrno(errno), path, new IOException(Marshal.GetPInvokeErrorMessage(errno)));

    private static DiskError OfResult(int result) => result switch
    {
        WindowsDiskFull or WindowsHandleDiskFull => DiskError.Full,
        WindowsFileExists or WindowsAlreadyExists => DiskError.Exists,
        WindowsInvalidName => DiskError.BadPath,
        _ => OfErrno(result),
    };

    private static DiskError OfErrno(int errno) => errno switch
    {
        Errno.ENOENT => DiskError.NotFound,
        Errno.ENOSPC or Errno.EDQUOT or Errno.MacEDQUOT => DiskError.Full,
        Errno.EPERM or Errno.EACCES or Errno.EROFS => DiskError.NotWritable,
        Errno.EFBIG => DiskError.TooLarge,
        Errno.ENAMETOOLONG or Errno.MacENAMETOOLONG or Errno.ELOOP or Errno.ENOTDIR or Errno.EISDIR or Errno.EINVAL
            or Errno.EILSEQ => DiskError.BadPath,
        Errno.EEXIST => DiskError.Exists,
        _ => DiskError.Faulty,
    };

    private static DiskException Make(DiskError error, string path, Exception inner) => new(error, error switch
    {
        DiskError.NotFound => $"there is no {path}",
        DiskError.Exists => $"there is a file {path} already",
        DiskError.Full => $"no room is left on the disk for {path}",
        DiskError.NotWritable => $"{path} may not be read or written ({inner.Message})",
        DiskError.TooLarge => $"{path} may not be that large there ({inner.Message})",
        DiskError.BadPath => $"{path} is no name this file system can hold ({inner.Message})",
        _ => $"the disk failed at {path} ({inner.Message})",
    }, inner);
}
