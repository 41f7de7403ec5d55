using Microsoft.Win32.SafeHandles;

namespace Ferry.Storage.Disk;

/// <summary>The real file system. Synchronous: it is called on storage workers.</summary>
public sealed class FileDisk : IDisk
{
    // Other programs may read, rename and delete files that are open here: stamps and hashes detect it, and Unix has no
    // mandatory locks.
    private const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;

    public IDiskFile Open(string path, DiskOpen mode) => Try(path, () =>
    {
        var isMade = mode is DiskOpen.CreateNew or DiskOpen.OpenOrCreate;
        var access = mode == DiskOpen.Read ? FileAccess.Read : FileAccess.ReadWrite;
        if (!isMade) return OpenExisting(path, access);
        var options = new FileStreamOptions
        {
            Mode = mode == DiskOpen.CreateNew ? FileMode.CreateNew : FileMode.OpenOrCreate,
            Access = access, Share = Shared, BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        // Only a stream can be opened with permissions; it keeps nothing that its handle does not.
        return new OpenFile(new FileStream(path, options), path);
    });

    /// <summary>
    /// A file that is written is the one of that name: whoever may write to its folder could put a link there instead,
    /// and have other files of this user overwritten.
    /// </summary>
    private static OpenFile OpenExisting(string path, FileAccess access)
    {
        var handle = File.OpenHandle(path, FileMode.Open, access, Shared);
        if (access == FileAccess.Read || IsNamed(handle, path)) return new OpenFile(handle, path);
        handle.Dispose();
        throw new DiskException(DiskError.NotWritable, $"{path} is a link, and what it leads to is not written");
    }

    private static bool IsNamed(SafeFileHandle handle, string path) =>
        FileStat.Of(handle, out var opened) == 0
        && FileStat.Of(path, followLink: false, out var named, out _) == 0 && named.Inode == opened.Inode;

    public bool FileExists(string path) => File.Exists(path);

    public bool FolderExists(string path) => Directory.Exists(path);

    public FileStamp? Stamp(string path) => Try<FileStamp?>(path, () =>
    {
        var error = FileStat.Of(path, followLink: true, out var stamp, out var kind);
        if (error is Errno.ENOENT or Errno.ENOTDIR) return null;
        if (error != 0) throw DiskFailure.FromErrno(error, path);
        return kind == FileKind.File ? stamp : null;
    });

    public void CreateDirectory(string path) => Try(path, () =>
    {
        try
        {
            return Directory.CreateDirectory(path);
        }
        catch (DirectoryNotFoundException missing)
        {
            // Nothing can be missing where all is made: something above it is a file.
            throw new DiskException(DiskError.BadPath, $"{path} lies below something that is no folder", missing);
        }
    });

    public IReadOnlyList<string> List(string folder) => Try<IReadOnlyList<string>>(folder, () =>
    {
        if (!Directory.Exists(folder)) return [];
        var files = Directory.GetFiles(folder);
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    });

    public void Rename(string from, string to) => Try(from, () =>
    {
        var error = Posix.RenameNoReplace(from, to);
        if (error == 0) return true;
        // The kernel, the file system, or (EPERM, EACCES) a sandbox may not have the call.
        if (error is not (Errno.ENOSYS or Errno.EINVAL or Errno.EPERM or Errno.EACCES))
            throw DiskFailure.FromErrno(error, error == Errno.EEXIST ? to : from);
        if (Directory.Exists(from)) Directory.Move(from, to);
        else File.Move(from, to, overwrite: false);
        return true;
    });

    public void Replace(string from, string to) => Try(from, () =>
    {
        File.Move(from, to, overwrite: true);
        return true;
    });

    public void Delete(string path) => Try(path, () =>
    {
        // File.Delete ignores a missing file, but throws for a missing folder.
        if (File.Exists(path)) File.Delete(path);
        return true;
    });

    /// <summary>
    /// A no-op on Windows: NTFS journals names itself, in order, and has no call that flushes a folder.
    /// </summary>
    public void FlushDirectory(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var error = Posix.FlushFolder(folder);
        if (error != 0) throw DiskFailure.FromErrno(error, folder);
    }

    public DiskSpace? SpaceOf(string folder)
    {
        try
        {
            var drive = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder) ?? folder : folder);
            // A file system of a program (FUSE) need not know, and says zero.
            return drive.TotalSize > 0 ? new DiskSpace(drive.TotalSize, drive.AvailableFreeSpace) : null;
        }
        catch (Exception exception) when (DiskFailure.IsOne(exception))
        {
            return null; // A share of another Windows machine, or a sandbox that refuses the call.
        }
    }

    public void CreateLink(string path, string target) => Try(path, () => File.CreateSymbolicLink(path, target));

    public void DeleteFolder(string path) => Try(path, () =>
    {
        // Of a link only the link goes; the framework follows none below the folder either.
        if (new DirectoryInfo(path).LinkTarget is not null) File.Delete(path);
        else if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        return true;
    });

    /// <summary>
    /// On Linux by one call for the whole file system: a flush for each of thousands of small files would take minutes.
    /// It reports what could not be written since Linux 5.8.
    /// </summary>
    public void FlushTree(string folder)
    {
        if (OperatingSystem.IsLinux())
        {
            var error = Posix.FlushFileSystem(folder);
            if (error != 0) throw DiskFailure.FromErrno(error, folder);
            return;
        }
        foreach (var below in Try(folder, () => Directory.GetDirectories(folder))) FlushTree(below);
        foreach (var path in List(folder))
        {
            if (new FileInfo(path).LinkTarget is not null) continue;
            using var file = Open(path, DiskOpen.ReadWrite);
            file.Flush();
        }
        FlushDirectory(folder);
    }

    private static T Try<T>(string path, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception exception) when (DiskFailure.IsOne(exception))
        {
            throw DiskFailure.From(exception, path);
        }
    }
}
