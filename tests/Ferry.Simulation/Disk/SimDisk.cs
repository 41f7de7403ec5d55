using Ferry.Protocol.Values;
using Ferry.Storage.Disk;
using Path = System.IO.Path;

namespace Ferry.Simulation.Disk;

/// <summary>
/// A disk in memory that loses what a real one may lose. Every operation has a number, so that a power cut can be
/// placed before any of them. After it the disk is dead until <see cref="PowerOn"/>.
/// </summary>
internal sealed class SimDisk(string node, SeededRandom random) : IDisk
{
    private readonly HashSet<string> _folders = ["/"];
    private SimNames _names = new();
    private ulong _inodes;
    private long _ticks;
    private int _powerCycles;
    private bool _dead;
    private bool _inspected;

    public DiskFaults Faults { get; } = new();

    /// <summary>Operations so far.</summary>
    public long Operations { get; private set; }

    /// <summary>Bytes in use, reserved ones included.</summary>
    public long UsedBytes => _names.Seen.Values.Sum(file => Math.Max(file.Length, file.Reserved));
    public int FailedFlushes { get; private set; }
    public int FailedReads { get; private set; }

    /// <summary>How often a fault has shown itself.</summary>
    public int FaultsMet { get; private set; }

    /// <summary>The power goes at this operation; 0 for never.</summary>
    public long CrashAt { get; set; }

    /// <summary>Which of all possible outcomes the next power cut has; null for chance to say.</summary>
    public long? CrashOutcome { get; set; }

    /// <summary>In how many ways the first power cut could have ended.</summary>
    public long CrashOutcomes { get; private set; }

    /// <summary>Told of each operation: its kind and path.</summary>
    public Action<string, string>? Observed { get; set; }

    /// <summary>Told when a file becomes visible under a path.</summary>
    public Action<string>? Appeared { get; set; }

    public bool FileExists(string path)
    {
        Count("exists", path);
        return _names.Seen.ContainsKey(path);
    }

    public bool FolderExists(string path)
    {
        Count("folder", path);
        return _folders.Contains(path);
    }

    public FileStamp? Stamp(string path)
    {
        Count("stamp", path);
        return _names.Seen.TryGetValue(path, out var file) ? StampOf(file) : null;
    }

    public void CreateDirectory(string path)
    {
        Count("mkdir", path);
        for (var folder = path; folder is not null && _folders.Add(folder);) folder = Path.GetDirectoryName(folder);
    }

    public IReadOnlyList<string> List(string folder)
    {
        Count("list", folder);
        return [.. _names.Seen.Keys.Where(path => SimNames.FolderOf(path) == folder)];
    }

    public IDiskFile Open(string path, DiskOpen mode)
    {
        Count("open", path);
        var exists = _names.Seen.TryGetValue(path, out var file);
        if (exists && mode == DiskOpen.CreateNew) throw new DiskException(DiskError.Exists, $"{path} exists");
        if (mode != DiskOpen.Read) CheckWritable(path);
        if (!exists)
        {
            if (mode is DiskOpen.Read or DiskOpen.ReadWrite) throw NotFound(path);
            if (!_folders.Contains(SimNames.FolderOf(path))) throw NotFound(path);
            file = new SimFile(++_inodes) { ModifiedTicks = ++_ticks };
            _names.Link(path, file);
            Appeared?.Invoke(path);
        }
        return new Handle(this, path, file!, mode != DiskOpen.Read);
    }

    public void Rename(string from, string to)
    {
        Count("rename", $"{from} -> {to}");
        CheckWritable(to);
        if (!_names.Seen.ContainsKey(from)) throw NotFound(from);
        if (!_folders.Contains(SimNames.FolderOf(to))) throw NotFound(to);
        if (_names.Seen.ContainsKey(to)) throw new DiskException(DiskError.Exists, $"{to} exists");
        _names.Move(from, to);
        Appeared?.Invoke(to);
    }

    public void Replace(string from, string to)
    {
        Count("replace", $"{from} -> {to}");
        CheckWritable(to);
        if (!_names.Seen.ContainsKey(from)) throw NotFound(from);
        if (!_folders.Contains(SimNames.FolderOf(to))) throw NotFound(to);
        _names.Move(from, to);
        Appeared?.Invoke(to);
    }

    public void Delete(string path)
    {
        Count("delete", path);
        CheckWritable(path);
        if (_names.Seen.ContainsKey(path)) _names.Unlink(path);
    }

    public void FlushDirectory(string folder)
    {
        Count("flushdir", folder);
        if (Fails(Faults.FlushFailsOneIn)) throw IoError(folder);
        _names.FlushFolder(folder);
    }

    /// <summary>Nobody can use the disk from now on: the process is gone, or the power.</summary>
    public void PowerOff() => _dead = true;

    /// <summary>
    /// A power cut: unflushed writes and names are kept or lost, by chance or as <see cref="CrashOutcome"/> says.
    /// Returns the paths of torn files.
    /// </summary>
    public IReadOnlyList<string> Crash()
    {
        _dead = true;
        var losses = new PowerCutLosses(random, CrashOutcome);
        CrashOutcome = null;
        var torn = new HashSet<SimFile>();
        foreach (var file in _names.Files()) if (file.Crash(losses)) torn.Add(file);
        _names.Crash(losses);
        if (CrashOutcomes == 0) CrashOutcomes = losses.Outcomes;
        return [.. _names.Seen.Where(name => torn.Contains(name.Value)).Select(name => name.Key)];
    }

    /// <summary>A new process may use the disk; handles of the old one stay dead.</summary>
    public void PowerOn()
    {
        _dead = false;
        _powerCycles++;
        CrashAt = 0;
    }

    /// <summary>The disk as the cruellest power cut would leave it, with a life of its own.</summary>
    public SimDisk DurableCopy()
    {
        var copy = new SimDisk(node, new SeededRandom(0))
        {
            _names = _names.DurableCopy(), _inodes = _inodes, _ticks = _ticks,
        };
        copy._folders.UnionWith(_folders);
        return copy;
    }

    /// <summary>Lets a checker look without being counted, observed or disturbed.</summary>
    public T Inspect<T>(Func<IReadOnlyDictionary<string, SimFile>, T> look)
    {
        _inspected = true;
        try
        {
            return look(_names.Seen);
        }
        finally
        {
            _inspected = false;
        }
    }

    /// <summary>Another disk is in its place, with empty folders.</summary>
    public void Wipe() => _names = new SimNames();

    /// <summary>Somebody else puts a file there, or another in its place, and it is safe.</summary>
    public void Put(string path, byte[] bytes)
    {
        var file = new SimFile(++_inodes) { ModifiedTicks = ++_ticks };
        file.Write(bytes, 0);
        file.Flush();
        _names.Put(path, file);
    }

    public void Take(string path) => _names.Take(path);

    /// <summary>One bit of a file under this path turns round. Nobody is told.</summary>
    public void Rot(string under, string ending)
    {
        var files = _names.Seen.Where(name => name.Value.Length > 0
            && name.Key.StartsWith(under, StringComparison.Ordinal)
            && name.Key.EndsWith(ending, StringComparison.Ordinal)).Select(name => name.Value).ToArray();
        if (files.Length > 0) files[random.Next(files.Length)].Rot(random);
    }

    private static DiskException NotFound(string path) => new(DiskError.NotFound, $"{path} is not there");

    private static DiskException IoError(string path) => new(DiskError.Faulty, $"{path}: input/output error");

    private static FileStamp StampOf(SimFile file) => new(file.Length, file.ModifiedTicks, file.Inode);

    private void Count(string kind, string path)
    {
        if (_inspected) return;
        if (_dead) throw new SimCrash(node, Operations);
        Operations++;
        Observed?.Invoke(kind, path);
        if (Operations != CrashAt) return;
        _dead = true;
        throw new SimCrash(node, Operations);
    }

    private void CheckWritable(string path)
    {
        if (_inspected || Faults.ReadOnlyUnder is not { } under) return;
        if (!path.StartsWith(under, StringComparison.Ordinal)) return;
        FaultsMet++;
        throw new DiskException(DiskError.NotWritable, $"{path}: read-only file system");
    }

    private bool KeepsSeen() => random.Next(2) == 0;

    private bool Fails(int oneIn)
    {
        if (_inspected || oneIn == 0 || random.Next(oneIn) != 0) return false;
        FaultsMet++;
        return true;
    }

    /// <summary>Room for a file that grows; what is reserved is used up already.</summary>
    private void Claim(SimFile file, long length, string path)
    {
        var used = Math.Max(file.Length, file.Reserved);
        if (_inspected || length <= used || Faults.CapacityBytes == long.MaxValue) return;
        if (UsedBytes - used + length <= Faults.CapacityBytes) return;
        FaultsMet++;
        throw new DiskException(DiskError.Full, $"{path}: no space left");
    }

    private sealed class Handle(SimDisk disk, string path, SimFile file, bool writable) : IDiskFile
    {
        private readonly int _powerCycle = disk._powerCycles;
        private bool _disposed;

        public long Length
        {
            get
            {
                Use("length", write: false);
                return file.Length;
            }
        }

        public int Read(Span<byte> destination, long offset)
        {
            Use("read", write: false);
            if (disk.Fails(disk.Faults.ReadFailsOneIn))
            {
                disk.FailedReads++;
                throw IoError(path);
            }
            return file.Read(destination, offset);
        }

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            Use("write", write: true);
            disk.Claim(file, offset + source.Length, path);
            if (disk.Fails(disk.Faults.WriteFailsOneIn)) throw IoError(path);
            file.Write(source, offset);
            file.ModifiedTicks = ++disk._ticks;
        }

        public void SetLength(long length)
        {
            Use("setlength", write: true);
            disk.Claim(file, length, path);
            file.SetLength(length);
            file.ModifiedTicks = ++disk._ticks;
        }

        public void Reserve(long length)
        {
            Use("reserve", write: true);
            disk.Claim(file, length, path);
            file.Reserved = Math.Max(file.Reserved, length);
        }

        public void Flush()
        {
            Use("flush", write: false);
            if (file.HasUnflushed && disk.Fails(disk.Faults.FlushFailsOneIn))
            {
                file.FailFlush(keepSeen: disk.KeepsSeen());
                disk.FailedFlushes++;
                throw IoError(path);
            }
            file.Flush();
        }

        public void ForgetCache() => file.ForgetCache();

        public FileStamp Stamp()
        {
            Use("fstamp", write: false);
            return StampOf(file);
        }

        public void Dispose() => _disposed = true;

        private void Use(string kind, bool write)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_powerCycle != disk._powerCycles) throw new SimCrash("a handle from before the crash", disk.Operations);
            disk.Count(kind, path);
            if (write) disk.CheckWritable(path);
            if (write && !writable) throw new DiskException(DiskError.NotWritable, $"{path} was opened for reading");
        }
    }
}
