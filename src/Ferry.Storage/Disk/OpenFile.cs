using Microsoft.Win32.SafeHandles;

namespace Ferry.Storage.Disk;

/// <summary>A file of <see cref="FileDisk"/>. Positional, so that several threads may use it at once.</summary>
internal sealed class OpenFile(SafeFileHandle handle, string path) : IDiskFile
{
    public long Length
    {
        get
        {
            try
            {
                return RandomAccess.GetLength(handle);
            }
            catch (Exception exception) when (DiskFailure.IsOne(exception))
            {
                throw DiskFailure.FromOpen(exception, path);
            }
        }
    }

    public int Read(Span<byte> destination, long offset)
    {
        try
        {
            var total = 0;
            while (total < destination.Length)
            {
                var read = RandomAccess.Read(handle, destination[total..], offset + total);
                if (read == 0) break;
                total += read;
            }
            return total;
        }
        catch (Exception exception) when (DiskFailure.IsOne(exception))
        {
            throw DiskFailure.FromOpen(exception, path);
        }
    }

    public void Write(ReadOnlySpan<byte> source, long offset)
    {
        try
        {
            RandomAccess.Write(handle, source, offset);
        }
        catch (Exception exception) when (DiskFailure.IsOne(exception))
        {
            throw DiskFailure.FromOpen(exception, path);
        }
    }

    public void SetLength(long length)
    {
        try
        {
            RandomAccess.SetLength(handle, length);
        }
        catch (Exception exception) when (DiskFailure.IsOne(exception))
        {
            throw DiskFailure.FromOpen(exception, path);
        }
    }

    public void Reserve(long length)
    {
        try
        {
            var error = Posix.Allocate(handle, length);
            // Where room cannot be taken beforehand, a write will say that there is none.
            if (error is not (0 or Posix.NotSupported or Posix.NotImplemented or Posix.Invalid))
                throw DiskFailure.FromErrno(error, path);
        }
        catch (Exception exception) when (DiskFailure.IsOne(exception))
        {
            throw DiskFailure.FromOpen(exception, path);
        }
    }

    public void Flush()
    {
        try
        {
            // Where the framework flushes it says nothing of most failures, also not of "no room" and "I/O error".
            if (!OperatingSystem.IsLinux()) RandomAccess.FlushToDisk(handle);
            else if (Posix.Flush(handle) is not 0 and var error) throw DiskFailure.FromErrno(error, path);
        }
        catch (Exception exception) when (DiskFailure.IsOne(exception))
        {
            throw DiskFailure.FromOpen(exception, path);
        }
    }

    public void ForgetCache()
    {
        // Systems without such a call, and pages that somebody else uses, keep what they have: there is no other way.
        if (OperatingSystem.IsLinux()) Posix.DropCache(handle);
    }

    public FileStamp Stamp()
    {
        try
        {
            if (!OperatingSystem.IsLinux())
                return new FileStamp(RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle).Ticks, 0);
            var error = Posix.Stat(handle, out var stamp);
            return error == 0 ? stamp : throw DiskFailure.FromErrno(error, path);
        }
        catch (Exception exception) when (DiskFailure.IsOne(exception))
        {
            throw DiskFailure.FromOpen(exception, path);
        }
    }

    public void Dispose() => handle.Dispose();
}
