using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Storage.Disk;

/// <summary>
/// What is at a path: its kind and its stamp, which is the same by name and by handle. By statx(2), or where a sandbox
/// refuses that, as older ones do that do not know it, by stat(2); by the framework on other systems, which has no
/// inode.
/// </summary>
internal static class FileStat
{
    private const int TypeMask = 0xf000, Regular = 0x8000, Folder = 0x4000, Link = 0xa000;

    /// <summary>Everybody may look at the root folder: an error there is one of the call.</summary>
    private static readonly bool HasStatx =
        OperatingSystem.IsLinux() && Posix.Statx("/", followLink: true, stackalloc byte[Posix.StatxBytes]) == 0;

    /// <summary>The kernel's struct stat is known for these.</summary>
    private static readonly bool HasStat = OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64
        && Posix.Stat("/", followLink: true, stackalloc byte[Posix.StatBytes]) == 0;

    /// <returns>An errno, 0 when it worked.</returns>
    public static int Of(string path, bool followLink, out FileStamp stamp, out FileKind kind)
    {
        Span<byte> buffer = stackalloc byte[Posix.StatxBytes];
        var error = HasStatx ? Posix.Statx(path, followLink, buffer)
            : HasStat ? Posix.Stat(path, followLink, buffer)
            : -1;
        if (error < 0) return OfFramework(path, followLink, out stamp, out kind);
        (stamp, kind) = error == 0 ? Parse(buffer) : default;
        return error;
    }

    /// <returns>An errno, 0 when it worked.</returns>
    public static int Of(SafeFileHandle file, out FileStamp stamp)
    {
        Span<byte> buffer = stackalloc byte[Posix.StatxBytes];
        var error = HasStatx ? Posix.Statx(file, buffer) : HasStat ? Posix.Stat(file, buffer) : -1;
        stamp = error == 0 ? Parse(buffer).Stamp : default;
        if (error < 0) stamp = new FileStamp(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file).Ticks, 0, 0);
        return Math.Max(error, 0);
    }

    /// <summary>
    /// struct statx has the blocks of 512 bytes at 48, struct stat at 64. Windows gives a file room for all its length;
    /// 0 where it cannot be told.
    /// </summary>
    public static long AllocatedBytes(SafeFileHandle file)
    {
        Span<byte> buffer = stackalloc byte[Posix.StatxBytes];
        if (OperatingSystem.IsWindows()) return RandomAccess.GetLength(file);
        if (HasStatx) return Posix.Statx(file, buffer) == 0 ? 512 * Int64(buffer, 48) : 0;
        return HasStat && Posix.Stat(file, buffer) == 0 ? 512 * Int64(buffer, 64) : 0;
    }

    /// <summary>Of the file system on which the path lies; 0 when it cannot be told.</summary>
    public static long DeviceOf(string path, bool followLink = true)
    {
        Span<byte> buffer = stackalloc byte[Posix.StatxBytes];
        if (HasStatx) return Posix.Statx(path, followLink, buffer) == 0 ? Device(buffer) : 0;
        return HasStat && Posix.Stat(path, followLink, buffer) == 0 ? Device(buffer) : 0;
    }

    /// <summary>Of the file system on which the open file lies; 0 when it cannot be told.</summary>
    public static long DeviceOf(SafeFileHandle file)
    {
        Span<byte> buffer = stackalloc byte[Posix.StatxBytes];
        if (HasStatx) return Posix.Statx(file, buffer) == 0 ? Device(buffer) : 0;
        return HasStat && Posix.Stat(file, buffer) == 0 ? Device(buffer) : 0;
    }

    /// <summary>
    /// Of the mount through which the path is reached, which tells a folder that is mounted elsewhere on its own disk
    /// (a bind mount) from the disk; of the file system where the kernel does not say (Linux before 5.8). 0 when it
    /// cannot be told.
    /// </summary>
    public static long MountOf(string path)
    {
        const uint HasMountId = 0x1000;
        Span<byte> buffer = stackalloc byte[Posix.StatxBytes];
        // struct statx has the mask of what it tells at 0 and the mount's number at 144.
        if (!HasStatx || Posix.Statx(path, followLink: true, buffer) != 0) return DeviceOf(path);
        return ((uint)Int64(buffer, 0) & HasMountId) != 0 ? Int64(buffer, 144) : DeviceOf(path);
    }

    private static (FileStamp Stamp, FileKind Kind) Parse(ReadOnlySpan<byte> stat) =>
        HasStatx ? ParseStatx(stat) : ParseStat(stat);

    /// <summary>
    /// struct statx is the same on every processor (statx(2)): mode at 28, inode 32, size 40, ctime 96, mtime 112.
    /// </summary>
    private static (FileStamp Stamp, FileKind Kind) ParseStatx(ReadOnlySpan<byte> statx) => (
        new FileStamp(
            Int64(statx, 40), Ticks(Int64(statx, 112), BitConverter.ToUInt32(statx[120..])), (ulong)Int64(statx, 32),
            Ticks(Int64(statx, 96), BitConverter.ToUInt32(statx[104..]))),
        KindOf(BitConverter.ToUInt16(statx[28..])));

    /// <summary>
    /// struct stat: inode at 8, size 48, mtime 88, ctime 104; the mode is at 24 on x64 and at 16 on Arm64 (asm/stat.h).
    /// </summary>
    private static (FileStamp Stamp, FileKind Kind) ParseStat(ReadOnlySpan<byte> stat)
    {
        var modeAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 24 : 16;
        return (
            new FileStamp(
                Int64(stat, 48), Ticks(Int64(stat, 88), Int64(stat, 96)), (ulong)Int64(stat, 8),
                Ticks(Int64(stat, 104), Int64(stat, 112))),
            KindOf(BitConverter.ToUInt16(stat[modeAt..])));
    }

    /// <summary>struct statx has major and minor number at 136, struct stat both in one at 0.</summary>
    private static long Device(ReadOnlySpan<byte> stat) => Int64(stat, HasStatx ? 136 : 0);

    private static FileKind KindOf(int mode) => (mode & TypeMask) switch
    {
        Regular => FileKind.File,
        Folder => FileKind.Folder,
        Link => FileKind.Link,
        _ => FileKind.Other,
    };

    private static long Int64(ReadOnlySpan<byte> bytes, int at) => BitConverter.ToInt64(bytes[at..]);

    private static long Ticks(long seconds, long nanoseconds) =>
        DateTime.UnixEpoch.Ticks + seconds * TimeSpan.TicksPerSecond + nanoseconds / TimeSpan.NanosecondsPerTick;

    private static int OfFramework(string path, bool followLink, out FileStamp stamp, out FileKind kind)
    {
        (stamp, kind) = (default, FileKind.Missing);
        FileSystemInfo file = new FileInfo(path);
        if (file.LinkTarget is not null)
        {
            if (!followLink)
            {
                kind = FileKind.Link;
                return 0;
            }
            file = file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
        }
        if (Directory.Exists(path)) kind = FileKind.Folder;
        if (kind == FileKind.Folder || !file.Exists) return kind == FileKind.Folder ? 0 : Errno.ENOENT;
        stamp = new FileStamp(new FileInfo(file.FullName).Length, file.LastWriteTimeUtc.Ticks, 0, 0);
        kind = FileKind.File;
        return 0;
    }
}
