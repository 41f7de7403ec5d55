using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Storage.Disk;

/// <summary>The system calls that the framework does not offer. Each answers with an errno, 0 when it worked.</summary>
internal static partial class Posix
{
    private const int AtCurrentFolder = -100;
    private const int AtEmptyPath = 0x1000;
    private const int NoFollow = 0x100;
    private const int KeepSize = 1;
    private const int PunchesHole = 2;
    private const int NoReplace = 1;
    private const int DontNeed = 4;
    private const int CloseOnExec = 0x80000;

    /// <summary>The basic ones and the number of the mount.</summary>
    private const uint StatsWanted = 0x17ff;

    public const int StatxBytes = 256;

    /// <summary>144 on x64 and 128 on Arm64; no more than a struct statx.</summary>
    public const int StatBytes = 256;

    /// <summary>Names are durable only when their folder was flushed; the framework cannot open a folder.</summary>
    public static int FlushFolder(string folder)
    {
        var descriptor = Open(folder, OperatingSystem.IsLinux() ? CloseOnExec : 0);
        if (descriptor < 0) return Marshal.GetLastPInvokeError();
        var error = Sync(descriptor) < 0 ? Marshal.GetLastPInvokeError() : 0;
        // Close cannot lose data: the descriptor was opened for reading.
        _ = Close(descriptor);
        // Some network file systems cannot flush a folder, and have nothing in its place.
        return error is Errno.EINVAL or Errno.EOPNOTSUPP ? 0 : error;
    }

    /// <summary>Returns 0 when all that was written to the file system of the folder is durable, else the errno.
    /// </summary>
    public static int FlushFileSystem(string folder)
    {
        var descriptor = Open(folder, CloseOnExec);
        if (descriptor < 0) return Marshal.GetLastPInvokeError();
        var error = SyncFileSystem(descriptor) < 0 ? Marshal.GetLastPInvokeError() : 0;
        _ = Close(descriptor); // As above.
        return error;
    }

    /// <summary>Returns 0 when all that was written to the file is durable, else the errno.</summary>
    public static int Flush(SafeFileHandle file)
    {
        while (true)
        {
            if (Sync(file) == 0) return 0;
            var error = Marshal.GetLastPInvokeError();
            if (error != Errno.EINTR) return error is Errno.EINVAL or Errno.EOPNOTSUPP ? 0 : error;
        }
    }

    /// <summary>Drops the file's clean pages from the cache. It is advice: the kernel may ignore it.</summary>
    public static void DropCache(SafeFileHandle file) => _ = Advise(file, 0, 0, DontNeed);

    /// <summary>
    /// Renames in one step and never replaces; <see cref="Errno.ENOSYS"/> where kernel or file system cannot.
    /// </summary>
    public static int RenameNoReplace(string from, string to)
    {
        if (!OperatingSystem.IsLinux()) return Errno.ENOSYS;
        try
        {
            return RenameAt2(AtCurrentFolder, from, AtCurrentFolder, to, NoReplace) < 0
                ? Marshal.GetLastPInvokeError() : 0;
        }
        catch (EntryPointNotFoundException)
        {
            return Errno.ENOSYS; // A C library from before 2018.
        }
    }

    /// <summary>Reserves space without changing the file's length.</summary>
    public static int Allocate(SafeFileHandle file, long offset, long length) =>
        Allocate(file, KeepSize, offset, length);

    /// <summary>Gives space back: zeros are read there.</summary>
    public static int PunchHole(SafeFileHandle file, long offset, long length) =>
        Allocate(file, KeepSize | PunchesHole, offset, length);

    private static int Allocate(SafeFileHandle file, int mode, long offset, long length)
    {
        // On 32-bit systems the call's offsets have another width.
        if (!OperatingSystem.IsLinux() || IntPtr.Size != 8 || length == 0) return Errno.EOPNOTSUPP;
        while (true)
        {
            if (FAllocate(file, mode, offset, length) == 0) return 0;
            var error = Marshal.GetLastPInvokeError();
            if (error != Errno.EINTR) return error;
        }
    }

    /// <param name="buffer">Takes a struct statx.</param>
    public static int Statx(string path, bool followLink, Span<byte> buffer) =>
        Statx(AtCurrentFolder, path, followLink ? 0 : NoFollow, StatsWanted, ref MemoryMarshal.GetReference(buffer)) < 0
            ? Marshal.GetLastPInvokeError() : 0;

    /// <param name="buffer">Takes a struct statx.</param>
    public static int Statx(SafeFileHandle file, Span<byte> buffer) =>
        Statx(file, "", AtEmptyPath, StatsWanted, ref MemoryMarshal.GetReference(buffer)) < 0
            ? Marshal.GetLastPInvokeError() : 0;

    /// <param name="buffer">Takes a struct stat.</param>
    public static int Stat(string path, bool followLink, Span<byte> buffer)
    {
        try
        {
            var flags = followLink ? 0 : NoFollow;
            return StatAt(AtCurrentFolder, path, flags, ref MemoryMarshal.GetReference(buffer)) < 0
                ? Marshal.GetLastPInvokeError() : 0;
        }
        catch (EntryPointNotFoundException)
        {
            return Errno.ENOSYS; // The GNU C library has it since 2021.
        }
    }

    /// <param name="buffer">Takes a struct stat.</param>
    public static int Stat(SafeFileHandle file, Span<byte> buffer) =>
        StatAt(file, "", AtEmptyPath, ref MemoryMarshal.GetReference(buffer)) < 0
            ? Marshal.GetLastPInvokeError() : 0;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SyncFileSystem(int descriptor);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int FAllocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte buffer);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(SafeFileHandle file, string path, int flags, uint mask, ref byte buffer);

    [LibraryImport("libc", EntryPoint = "fstatat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatAt(int folder, string path, int flags, ref byte buffer);

    [LibraryImport("libc", EntryPoint = "fstatat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatAt(SafeFileHandle file, string path, int flags, ref byte buffer);
}
