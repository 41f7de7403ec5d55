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
    private const int NoReplace = 1;
    private const int DontNeed = 4;
    private const int CloseOnExec = 0x80000;
    private const uint BasicStats = 0x7ff;
    private const int StatxBytes = 256;
    private const int TypeMask = 0xf000, Regular = 0x8000, Folder = 0x4000, Link = 0xa000;

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

    /// <summary>Reserves space up to <paramref name="length"/> without changing the file's length.</summary>
    public static int Allocate(SafeFileHandle file, long length)
    {
        // On 32-bit systems the call's offsets have another width.
        if (!OperatingSystem.IsLinux() || IntPtr.Size != 8 || length == 0) return Errno.EOPNOTSUPP;
        while (true)
        {
            if (FAllocate(file, KeepSize, 0, length) == 0) return 0;
            var error = Marshal.GetLastPInvokeError();
            if (error != Errno.EINTR) return error;
        }
    }

    public static int Stat(string path, bool followLink, out FileStamp stamp, out FileKind kind)
    {
        Span<byte> buffer = stackalloc byte[StatxBytes];
        buffer.Clear();
        var flags = followLink ? 0 : NoFollow;
        var error = Statx(AtCurrentFolder, path, flags, BasicStats, ref MemoryMarshal.GetReference(buffer)) < 0
            ? Marshal.GetLastPInvokeError() : 0;
        (stamp, kind) = Parse(buffer);
        return error;
    }

    public static int Stat(SafeFileHandle file, out FileStamp stamp)
    {
        Span<byte> buffer = stackalloc byte[StatxBytes];
        buffer.Clear();
        var error = Statx(file, "", AtEmptyPath, BasicStats, ref MemoryMarshal.GetReference(buffer)) < 0
            ? Marshal.GetLastPInvokeError() : 0;
        (stamp, _) = Parse(buffer);
        return error;
    }

    /// <summary>
    /// struct statx is the same on every processor, unlike struct stat (statx(2)): mode at 28, inode 32, size 40, mtime
    /// 112.
    /// </summary>
    private static (FileStamp Stamp, FileKind Kind) Parse(ReadOnlySpan<byte> statx)
    {
        static long Int64(ReadOnlySpan<byte> at) => BitConverter.ToInt64(at);
        var nanoseconds = BitConverter.ToUInt32(statx[120..]);
        var ticks = DateTime.UnixEpoch.Ticks + Int64(statx[112..]) * TimeSpan.TicksPerSecond + nanoseconds / 100;
        var kind = (BitConverter.ToUInt16(statx[28..]) & TypeMask) switch
        {
            Regular => FileKind.File,
            Folder => FileKind.Folder,
            Link => FileKind.Link,
            _ => FileKind.Other,
        };
        return (new FileStamp(Int64(statx[40..]), ticks, (ulong)Int64(statx[32..])), kind);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);

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
}
