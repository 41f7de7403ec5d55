using Microsoft.Win32.SafeHandles;

namespace Ferry.Storage.Disk;

/// <summary>A file of <see cref="FileDisk"/>. Positional, so that several threads may use it at once.</summary>
internal sealed class OpenFile(SafeFileHandle handle, string path) : IDiskFile
{
    public long Length => Try(0, 0, static (file, _, _) => RandomAccess.GetLength(file));

    public int Read(Span<byte> destination, long offset) => Try(destination, offset, static (file, into, at) =>
    {
        var total = 0;
        while (total < into.Length)
        {
            var read = RandomAccess.Read(file, into[total..], at + total);
            if (read == 0) break;
            total += read;
        }
        return total;
    });

    public void Write(ReadOnlySpan<byte> source, long offset) => Try(source, offset, static (file, from, at) =>
    {
        RandomAccess.Write(file, from, at);
        return true;
    });

    public void SetLength(long length) => Try(0, length, static (file, _, to) =>
    {
        RandomAccess.SetLength(file, to);
        return true;
    });

    public void Reserve(long length) => Try(path, length, static (file, name, to) =>
    {
        var error = Posix.Allocate(file, to);
        // Without support for reservations (EPERM, EACCES: in a sandbox), a write reports that the disk is full.
        return error is 0 or Errno.EOPNOTSUPP or Errno.ENOSYS or Errno.EINVAL or Errno.EPERM or Errno.EACCES
            ? true : throw DiskFailure.FromErrno(error, name);
    });

    public void Flush() => Try(path, 0, static (file, name, _) =>
    {
        // The framework's flush on Linux ignores most errors, ENOSPC and EIO among them, hence our own call.
        if (!OperatingSystem.IsLinux()) RandomAccess.FlushToDisk(file);
        else if (Posix.Flush(file) is not 0 and var error) throw DiskFailure.FromErrno(error, name);
        return true;
    });

    public void ForgetCache()
    {
        // Systems without such a call, and pages mapped by another process, keep the cache: there is no other way.
        if (OperatingSystem.IsLinux()) Posix.DropCache(handle);
    }

    public FileStamp Stamp() => Try(path, 0, static (file, name, _) =>
    {
        var error = FileStat.Of(file, out var stamp);
        return error == 0 ? stamp : throw DiskFailure.FromErrno(error, name);
    });

    public void Dispose() => handle.Dispose();

    /// <summary>
    /// Arguments are passed, not captured: a span cannot be captured, and a read or write allocates nothing.
    /// </summary>
    private T Try<TWith, T>(TWith with, long at, Func<SafeFileHandle, TWith, long, T> call)
        where TWith : allows ref struct
    {
        try
        {
            return call(handle, with, at);
        }
        catch (Exception exception) when (DiskFailure.IsOne(exception))
        {
            throw DiskFailure.FromOpen(exception, path);
        }
    }
}
