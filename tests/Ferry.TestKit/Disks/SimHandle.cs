using Ferry.Protocol.Content;
using Ferry.Storage.Disk;

namespace Ferry.TestKit.Disks;

/// <summary>A file of <see cref="SimDisk"/> that a process has open. Positional, for several threads at once.</summary>
internal sealed class SimHandle(SimDisk disk, string path, SimFile file, bool writable) : IDiskFile
{
    private readonly int _powerCycle = disk.PowerCycles;
    private bool _disposed;

    public long Length
    {
        get
        {
            Use(DiskOperation.Length);
            lock (disk.Gate) return file.Length;
        }
    }

    /// <summary>A question that changes nothing, and counts for no operation.</summary>
    public long AllocatedBytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            lock (disk.Gate) return file.UsedBytes;
        }
    }

    public int Read(Span<byte> destination, long offset)
    {
        Use(DiskOperation.Read);
        lock (disk.Gate)
        {
            if (!disk.Fails(disk.Faults.ReadFailsOneIn)) return file.Read(destination, offset);
            disk.FailedReads++;
            throw SimDisk.IoError(path);
        }
    }

    public void Write(ReadOnlySpan<byte> source, long offset)
    {
        Use(DiskOperation.Write);
        lock (disk.Gate)
        {
            CheckWritable();
            disk.Claim(file, file.UsedBytesAfter(offset, source.Length), path);
            if (disk.Fails(disk.Faults.WriteFailsOneIn)) throw SimDisk.IoError(path);
            file.Write(source, offset);
            file.ModifiedTicks = disk.NextTick();
        }
    }

    public void SetLength(long length)
    {
        Use(DiskOperation.SetLength);
        lock (disk.Gate)
        {
            CheckWritable();
            file.SetLength(length);
            file.ModifiedTicks = disk.NextTick();
        }
    }

    public void WriteZeros(long offset, long length)
    {
        Use(DiskOperation.Write);
        lock (disk.Gate)
        {
            CheckWritable();
            if (disk.Fails(disk.Faults.WriteFailsOneIn)) throw SimDisk.IoError(path);
            file.WriteZeros(offset, length);
            file.ModifiedTicks = disk.NextTick();
        }
    }

    public bool Reserve(long offset, long length)
    {
        Use(DiskOperation.Reserve);
        lock (disk.Gate)
        {
            CheckWritable();
            disk.Claim(file, file.UsedBytesAfter(offset, checked((int)length)), path);
            file.Reserve(offset, length);
            return true;
        }
    }

    public void Unreserve(long offset, long length)
    {
        Use(DiskOperation.Write);
        lock (disk.Gate)
        {
            CheckWritable();
            file.WriteZeros(offset, length);
        }
    }

    public void Flush()
    {
        try
        {
            Use(DiskOperation.Flush);
            lock (disk.Gate)
            {
                if (file.HasUnflushed && disk.Fails(disk.Faults.FlushFailsOneIn)) throw SimDisk.IoError(path);
                file.Flush();
                disk.Flushes++;
            }
        }
        catch (DiskException)
        {
            lock (disk.Gate) file.FailFlush(keepSeen: disk.KeepsSeen());
            disk.FailedFlushes++;
            throw;
        }
    }

    public void ForgetCache()
    {
        lock (disk.Gate) file.ForgetCache();
    }

    public FileStamp Stamp()
    {
        Use(DiskOperation.StampOpen);
        lock (disk.Gate) return file.Stamp;
    }

    public FileTraits Traits()
    {
        Use(DiskOperation.StampOpen);
        lock (disk.Gate) return new FileTraits(100 * file.ModifiedTicks, file.Mode);
    }

    public void SetTraits(FileTraits traits)
    {
        Use(DiskOperation.SetTraits);
        lock (disk.Gate)
        {
            CheckWritable();
            if (traits.Modified != 0) file.ModifiedTicks = traits.Modified / 100;
            file.Mode = traits.Mode;
        }
    }

    public void Dispose()
    {
        if (!_disposed) disk.NoteClosed();
        _disposed = true;
    }

    private void Use(DiskOperation operation)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_powerCycle != disk.PowerCycles) throw new SimCrash("a handle from before the crash", disk.Operations);
        disk.Begin(operation, path);
    }

    private void CheckWritable()
    {
        disk.CheckWritable(path);
        if (!writable) throw new DiskException(DiskError.NotWritable, $"{path} was opened for reading");
    }
}
