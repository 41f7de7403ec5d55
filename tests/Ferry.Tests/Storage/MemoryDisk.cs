using Ferry.Storage.Disk;

namespace Ferry.Tests.Storage;

/// <summary>The computer stops: not an error of the disk, so nothing catches it.</summary>
internal sealed class PowerCut : Exception;

/// <summary>
/// A disk that forgets in a crash what was not flushed: bytes of files, and names of folders, each on their own. It can
/// be told to stop at an operation, to fail at one, and to be full.
/// </summary>
internal sealed class MemoryDisk : IDisk
{
    private readonly Lock _gate = new();
    private readonly SortedSet<string> _folders = new(StringComparer.Ordinal) { "/" };
    private SortedDictionary<string, Inode> _names = new(StringComparer.Ordinal);
    private SortedDictionary<string, Inode> _durableNames = new(StringComparer.Ordinal);
    private ulong _inodes;
    private long _clock;
    private int _openFiles;

    /// <summary>Operations so far that change something.</summary>
    public int Operations { get; private set; }

    /// <summary>The power goes before the operation with this number.</summary>
    public int PowerCutAt { get; set; } = int.MaxValue;

    /// <summary>Asked before each operation that changes something: what it throws, or null.</summary>
    public Func<string, string, DiskError?> Fault { get; set; } = (_, _) => null;

    /// <summary>Files that cannot be read now.</summary>
    public Func<string, bool> IsUnreadable { get; set; } = _ => false;

    public long Capacity { get; set; } = long.MaxValue;

    /// <summary>Handles that were not disposed.</summary>
    public int OpenFiles => _openFiles;
    public IEnumerable<string> Files => _names.Keys;

    public byte[] BytesOf(string path) => _names[path].Bytes;

    public void Put(string path, byte[] bytes)
    {
        var inode = new Inode(++_inodes) { Bytes = bytes, DurableBytes = bytes, Modified = ++_clock };
        _names[path] = _durableNames[path] = inode;
        MakeFolders(Path.GetDirectoryName(path)!);
    }

    /// <summary>
    /// The power comes back. What was not flushed is there, or not, as <paramref name="survives"/> decides.
    /// </summary>
    public void Restart(Func<bool> survives)
    {
        PowerCutAt = int.MaxValue;
        foreach (var inode in _names.Values.Concat(_durableNames.Values).Distinct())
        {
            if (survives()) inode.DurableBytes = inode.Bytes;
            else inode.Bytes = inode.DurableBytes;
        }
        var names = new SortedDictionary<string, Inode>(_durableNames, StringComparer.Ordinal);
        foreach (var path in _names.Keys.Except(_durableNames.Keys).ToList())
        {
            if (!survives()) continue;
            // A rename is one step: its new name is there only if the old one is not.
            var inode = _names[path];
            foreach (var old in names.Where(name => name.Value == inode).Select(name => name.Key).ToList())
                names.Remove(old);
            names[path] = inode;
        }
        foreach (var path in _durableNames.Keys.Except(_names.Keys).ToList())
        {
            if (names.TryGetValue(path, out var gone) && !_names.ContainsValue(gone) && survives()) names.Remove(path);
        }
        _names = names;
        _durableNames = new SortedDictionary<string, Inode>(names, StringComparer.Ordinal);
    }

    public IDiskFile Open(string path, DiskOpen mode)
    {
        lock (_gate)
        {
            if (IsUnreadable(path)) throw new DiskException(DiskError.Faulty, $"{path} cannot be read");
            if (_names.TryGetValue(path, out var inode))
            {
                if (mode == DiskOpen.CreateNew) throw new DiskException(DiskError.Exists, path);
                return NewHandle(path, inode);
            }
            if (mode is DiskOpen.Read or DiskOpen.ReadWrite) throw new DiskException(DiskError.NotFound, path);
            Change("create", path);
            if (!_folders.Contains(Path.GetDirectoryName(path)!)) throw new DiskException(DiskError.NotFound, path);
            return NewHandle(path, _names[path] = new Inode(++_inodes) { Modified = ++_clock });
        }
    }

    public bool FileExists(string path) => _names.ContainsKey(path);

    public bool FolderExists(string path) => _folders.Contains(path);

    public FileStamp? Stamp(string path) => _names.TryGetValue(path, out var inode) ? inode.Stamp : null;

    public void CreateDirectory(string path)
    {
        Change("folder", path);
        MakeFolders(path);
    }

    public IReadOnlyList<string> List(string folder) =>
        [.. _names.Keys.Where(path => Path.GetDirectoryName(path) == folder)];

    public void Rename(string from, string to)
    {
        Change("rename", from);
        if (_names.ContainsKey(to)) throw new DiskException(DiskError.Exists, to);
        Replace(from, to);
    }

    public void Replace(string from, string to)
    {
        Change("replace", from);
        if (!_names.Remove(from, out var inode)) throw new DiskException(DiskError.NotFound, from);
        _names[to] = inode;
    }

    public void Delete(string path)
    {
        Change("delete", path);
        _names.Remove(path);
    }

    public void FlushDirectory(string folder)
    {
        Change("flush-folder", folder);
        foreach (var path in _durableNames.Keys.Where(path => Path.GetDirectoryName(path) == folder).ToList())
            _durableNames.Remove(path);
        foreach (var (path, inode) in _names.Where(name => Path.GetDirectoryName(name.Key) == folder))
            _durableNames[path] = inode;
    }

    private void MakeFolders(string path)
    {
        for (; path != "/"; path = Path.GetDirectoryName(path)!) _folders.Add(path);
    }

    private Handle NewHandle(string path, Inode inode)
    {
        Interlocked.Increment(ref _openFiles);
        return new Handle(this, path, inode);
    }

    private void Change(string operation, string path)
    {
        if (Operations >= PowerCutAt) throw new PowerCut();
        Operations++;
        if (Fault(operation, path) is { } error) throw new DiskException(error, $"{operation} of {path} fails");
    }

    private sealed class Inode(ulong number)
    {
        public byte[] Bytes { get; set; } = [];
        public byte[] DurableBytes { get; set; } = [];
        public long Modified { get; set; }
        public FileStamp Stamp => new(Bytes.Length, Modified, number);
    }

    private sealed class Handle(MemoryDisk disk, string path, Inode inode) : IDiskFile
    {
        private bool _disposed;

        public long Length => inode.Bytes.Length;

        public int Read(Span<byte> destination, long offset)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var count = (int)Math.Clamp(inode.Bytes.Length - offset, 0, destination.Length);
            if (count > 0) inode.Bytes.AsSpan((int)offset, count).CopyTo(destination);
            return count;
        }

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            lock (disk._gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                disk.Change("write", path);
                if (disk.Capacity < source.Length) throw new DiskException(DiskError.Full, $"no room for {path}");
                // A new array each time: what was flushed stays what it was.
                var bytes = new byte[Math.Max(inode.Bytes.Length, offset + source.Length)];
                inode.Bytes.CopyTo(bytes, 0);
                source.CopyTo(bytes.AsSpan((int)offset));
                inode.Bytes = bytes;
                inode.Modified = ++disk._clock;
            }
        }

        public void SetLength(long length)
        {
            lock (disk._gate)
            {
                disk.Change("length", path);
                var bytes = inode.Bytes;
                Array.Resize(ref bytes, (int)length);
                inode.Bytes = bytes;
                inode.Modified = ++disk._clock;
            }
        }

        public void Reserve(long length)
        {
            disk.Change("reserve", path);
            if (disk.Capacity < length) throw new DiskException(DiskError.Full, $"no room for {path}");
        }

        public void ForgetCache() { }

        public void Flush()
        {
            lock (disk._gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                disk.Change("flush", path);
                inode.DurableBytes = inode.Bytes;
            }
        }

        public FileStamp Stamp() => inode.Stamp;

        public void Dispose()
        {
            if (!_disposed) Interlocked.Decrement(ref disk._openFiles);
            _disposed = true;
        }
    }
}
