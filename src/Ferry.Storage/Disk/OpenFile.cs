using Ferry.Protocol.Content;
using Microsoft.Win32.SafeHandles;

namespace Ferry.Storage.Disk;

/// <summary>A file of <see cref="FileDisk"/>. Positional, so that several threads may use it at once.</summary>
internal sealed class OpenFile : IDiskFile
{
    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private readonly IDisposable _owner;

    public OpenFile(SafeFileHandle handle, string path) => (_handle, _path, _owner) = (handle, path, handle);

    /// <summary>The stream has no buffer.</summary>
    public OpenFile(FileStream stream, string path) =>
        (_handle, _path, _owner) = (stream.SafeFileHandle, path, stream);

    public long Length => Try(0, 0, static (file, _, _) => RandomAccess.GetLength(file));

    public long AllocatedBytes => Try(0, 0, static (file, _, _) => FileStat.AllocatedBytes(file));

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

    public void WriteZeros(long offset, long length) => Try((_path, length), offset, static (file, with, at) =>
    {
        var (path, count) = with;
        var error = Posix.PunchHole(file, at, count);
        if (error == 0) return true;
        if (!IsRefused(error)) throw DiskFailure.FromErrno(error, path);
        Span<byte> zeros = stackalloc byte[4096];
        zeros.Clear();
        for (var end = at + count; at < end; at += zeros.Length)
            RandomAccess.Write(file, zeros[..(int)Math.Min(zeros.Length, end - at)], at);
        return true;
    });

    public bool Reserve(long offset, long length) => Try((_path, length), offset, static (file, with, at) =>
    {
        var (path, count) = with;
        var error = Posix.Allocate(file, at, count);
        // Without support for reservations (EPERM, EACCES: in a sandbox), a write reports that the disk is full.
        return error == 0 || (IsRefused(error) ? false : throw DiskFailure.FromErrno(error, path));
    });

    public void Unreserve(long offset, long length) => Try((_path, length), offset, static (file, with, at) =>
    {
        var (path, count) = with;
        var error = Posix.PunchHole(file, at, count);
        return error == 0 || IsRefused(error) ? true : throw DiskFailure.FromErrno(error, path);
    });

    public void Flush() => Try(_path, 0, static (file, name, _) =>
    {
        // The framework's flush on Linux ignores most errors, ENOSPC and EIO among them, hence our own call.
        if (!OperatingSystem.IsLinux()) RandomAccess.FlushToDisk(file);
        else if (Posix.Flush(file) is not 0 and var error) throw DiskFailure.FromErrno(error, name);
        return true;
    });

    public void ForgetCache()
    {
        // Systems without such a call, and pages mapped by another process, keep the cache: there is no other way.
        if (OperatingSystem.IsLinux()) Posix.DropCache(_handle);
    }

    public FileStamp Stamp() => Try(_path, 0, static (file, name, _) =>
    {
        var error = FileStat.Of(file, out var stamp);
        return error == 0 ? stamp : throw DiskFailure.FromErrno(error, name);
    });

    public FileTraits Traits() => Try(0, 0, static (file, _, _) => UnixMode.Offered(
        File.GetLastWriteTimeUtc(file), OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(file)));

    public void SetTraits(FileTraits traits) => Try(traits, 0, static (file, with, _) =>
    {
        SetMode(file, UnixMode.Arriving(with));
        if (with.Modified != 0)
            SetModified(file, DateTime.UnixEpoch.AddTicks(with.Modified / TimeSpan.NanosecondsPerTick));
        return true;
    });

    public void Dispose() => _owner.Dispose();

    private static void SetMode(SafeFileHandle file, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows()) return;
        try
        {
            File.SetUnixFileMode(file, mode);
        }
        catch (Exception exception) when (IsRefused(exception))
        {
            // What a file system does not have, or lets only its owner change, is no reason to lose the file.
        }
    }

    private static void SetModified(SafeFileHandle file, DateTime modified)
    {
        try
        {
            File.SetLastWriteTimeUtc(file, modified);
        }
        catch (Exception exception) when (IsRefused(exception))
        {
            // As of the mode.
        }
    }

    private static bool IsRefused(Exception exception) =>
        exception is UnauthorizedAccessException || (exception is IOException && IsRefused(exception.HResult));

    /// <summary>The file system does not have the call, or (EPERM, EACCES) a sandbox refuses it.</summary>
    private static bool IsRefused(int error) =>
        error is Errno.EOPNOTSUPP or Errno.ENOSYS or Errno.EINVAL or Errno.EPERM or Errno.EACCES;

    /// <summary>
    /// Arguments are passed, not captured: a span cannot be captured, and a read or write allocates nothing.
    /// </summary>
    private T Try<TWith, T>(TWith with, long at, Func<SafeFileHandle, TWith, long, T> call)
        where TWith : allows ref struct
    {
        try
        {
            return call(_handle, with, at);
        }
        catch (Exception exception) when (DiskFailure.IsOne(exception))
        {
            throw DiskFailure.FromOpen(exception, _path);
        }
    }
}
