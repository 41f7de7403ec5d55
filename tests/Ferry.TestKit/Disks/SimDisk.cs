using System.Text;
using Ferry.Protocol.Values;
using Ferry.Storage.Disk;
using Path = System.IO.Path;

namespace Ferry.TestKit.Disks;

/// <summary>
/// A disk in memory that loses what a real one may lose. Every operation has a number, so that a power cut can be
/// placed before any of them. After it the disk is dead until <see cref="PowerOn"/>.
/// </summary>
internal sealed partial class SimDisk(string node, SeededRandom random) : IDisk
{
    private const int NameBytesMax = 255;

    private readonly SimFolders _folders = new();
    private SimNames _names = new();
    private ulong _inodes;
    private long _ticks;
    private bool _dead;
    private bool _inspected;
    private int _openFiles;

    public SimDisk() : this("disk", new SeededRandom(1)) { }

    public DiskFaults Faults { get; } = new();

    /// <summary>Operations so far, and flushes of files among them.</summary>
    public long Operations { get; private set; }
    public long Flushes { get; internal set; }
    public int FailedFlushes { get; internal set; }
    public int FailedReads { get; internal set; }

    /// <summary>Bytes in use, reserved ones included.</summary>
    public long UsedBytes => _names.Seen.Values.Sum(file => file.UsedBytes);

    /// <summary>How often a fault has shown itself.</summary>
    public int FaultsMet { get; private set; }
    public int OpenFiles => _openFiles;

    /// <summary>The power goes at this operation; 0 for never.</summary>
    public long CrashAt { get; set; }

    /// <summary>Which of all possible outcomes the next power cut has; null for chance to say.</summary>
    public long? CrashOutcome { get; set; }

    /// <summary>In how many ways the first power cut could have ended.</summary>
    public long CrashOutcomes { get; private set; }

    /// <summary>Told of each operation: its kind and path.</summary>
    public Action<DiskOperation, string>? Observed { get; set; }

    /// <summary>Told when a file becomes visible under a path.</summary>
    public Action<string>? Appeared { get; set; }

    /// <summary>Held for a moment by each operation: tests may come from several threads.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>A handle belongs to the process that opened it, and a process does not outlive the power.</summary>
    internal int PowerCycles { get; private set; }

    public bool FileExists(string path)
    {
        Begin(DiskOperation.FileExists, path);
        lock (Gate) return _names.Seen.ContainsKey(path);
    }

    public bool FolderExists(string path)
    {
        Begin(DiskOperation.FolderExists, path);
        lock (Gate) return _folders.Contains(path);
    }

    public FileStamp? Stamp(string path)
    {
        Begin(DiskOperation.Stamp, path);
        lock (Gate) return _names.Seen.TryGetValue(path, out var file) ? file.Stamp : null;
    }

    public void CreateDirectory(string path)
    {
        Begin(DiskOperation.CreateFolder, path);
        lock (Gate)
        {
            if (_names.Seen.ContainsKey(path)) throw Exists(path);
            if (_names.Seen.ContainsKey(SimNames.FolderOf(path))) throw BadPath(path);
            _folders.Add(path);
        }
    }

    public IReadOnlyList<string> List(string folder)
    {
        Begin(DiskOperation.List, folder);
        lock (Gate) return [.. _names.Seen.Keys.Where(path => SimNames.FolderOf(path) == folder)];
    }

    public IDiskFile Open(string path, DiskOpen mode)
    {
        Begin(_names.Seen.ContainsKey(path) ? DiskOperation.Open : DiskOperation.Create, path);
        lock (Gate)
        {
            var exists = _names.Seen.TryGetValue(path, out var file);
            if (mode == DiskOpen.CreateNew && (exists || _folders.Contains(path))) throw Exists(path);
            if (_folders.Contains(path)) throw new DiskException(DiskError.NotWritable, $"{path} is a folder");
            if (mode != DiskOpen.Read) CheckWritable(path);
            CheckFolderOf(path);
            if (!exists)
            {
                if (mode is DiskOpen.Read or DiskOpen.ReadWrite) throw NotFound(path);
                _names.Link(path, file = NewFile());
                Appeared?.Invoke(path);
            }
            Interlocked.Increment(ref _openFiles);
            return new SimHandle(this, path, file!, mode != DiskOpen.Read);
        }
    }

    public void Rename(string from, string to)
    {
        Begin(DiskOperation.Rename, $"{from} -> {to}");
        lock (Gate)
        {
            if (_names.Seen.ContainsKey(to) || _folders.Contains(to)) throw Exists(to);
            if (_folders.Contains(from)) MoveFolder(from, to);
            else Move(from, to);
        }
    }

    public void Replace(string from, string to)
    {
        Begin(DiskOperation.Replace, $"{from} -> {to}");
        lock (Gate)
        {
            if (_folders.Contains(to)) throw new DiskException(DiskError.NotWritable, $"{to} is a folder");
            Move(from, to);
        }
    }

    public void Delete(string path)
    {
        Begin(DiskOperation.Delete, path);
        lock (Gate)
        {
            CheckWritable(path);
            if (_names.Seen.ContainsKey(path)) _names.Unlink(path);
        }
    }

    public void FlushDirectory(string folder)
    {
        Begin(DiskOperation.FlushFolder, folder);
        lock (Gate)
        {
            if (!_folders.Contains(folder)) throw NotFound(folder);
            if (Fails(Faults.FlushFailsOneIn)) throw IoError(folder);
            _names.FlushFolder(folder);
            _folders.Flush(folder);
        }
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
        _folders.Crash(losses, _names);
        if (CrashOutcomes == 0) CrashOutcomes = losses.Outcomes;
        return [.. _names.Seen.Where(name => torn.Contains(name.Value)).Select(name => name.Key)];
    }

    /// <summary>A new process may use the disk; handles of the old one stay dead.</summary>
    public void PowerOn()
    {
        _dead = false;
        PowerCycles++;
        CrashAt = 0;
    }

    /// <summary>A power cut with this outcome, by chance if it is null, and a new process.</summary>
    public void Restart(long? outcome)
    {
        CrashOutcome = outcome;
        Crash();
        PowerOn();
    }

    /// <summary>The disk as the cruellest power cut would leave it, with a life of its own.</summary>
    public SimDisk DurableCopy()
    {
        var copy = new SimDisk(node, new SeededRandom(0))
        {
            _names = _names.DurableCopy(), _inodes = _inodes, _ticks = _ticks,
        };
        copy._folders.AddAll(_folders);
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

    /// <summary>Paths of all files, in order.</summary>
    public IEnumerable<string> Files => _names.Seen.Keys;

    public byte[] BytesOf(string path) => _names.Seen[path].Seen.ToArray();

    /// <summary>Another disk is in its place, with empty folders.</summary>
    public void Wipe() => _names = new SimNames();

    /// <summary>Somebody else puts a file there, or another in its place, and it is safe.</summary>
    public void Put(string path, byte[] bytes)
    {
        var file = NewFile();
        file.Write(bytes, 0);
        file.Flush();
        _folders.Add(SimNames.FolderOf(path));
        _names.Put(path, file);
    }

    public void Take(string path) => _names.Take(path);

    /// <summary>One bit of a file under this path turns round. Nobody is told.</summary>
    public void Rot(string under, string ending)
    {
        var files = _names.Seen.Where(name => name.Value.Length > 0
            && name.Key.StartsWith(under, StringComparison.Ordinal)
            && name.Key.EndsWith(ending, StringComparison.Ordinal)).Select(name => name.Value).ToArray();
        if (files.Length == 0) return;
        var file = files[random.Next(files.Length)];
        if (file.DurableLength > 0) file.Rot(random.Next(file.DurableLength), random.Next(8));
    }

    /// <summary>A bit of this byte turns round. Nobody is told.</summary>
    public void Rot(string path, int at) => _names.Seen[path].Rot(at, bit: 0);

    internal static DiskException IoError(string path) => new(DiskError.Faulty, $"{path}: input/output error");

    /// <summary>Counts an operation, which may be the one at which the power goes.</summary>
    internal void Begin(DiskOperation operation, string path)
    {
        if (_inspected) return;
        long number;
        lock (Gate)
        {
            if (_dead) throw new SimCrash(node, Operations);
            number = ++Operations;
        }
        Observed?.Invoke(operation, path);
        if (number == CrashAt)
        {
            _dead = true;
            throw new SimCrash(node, number);
        }
        // Outside the lock: a test may let an operation wait here while others go on.
        if (Faults.Rule(operation, path) is not { } error) return;
        FaultsMet++;
        throw new DiskException(error, $"{operation} of {path} fails");
    }

    internal void CheckWritable(string path)
    {
        if (_inspected || Faults.ReadOnlyUnder is not { } under) return;
        if (!path.StartsWith(under, StringComparison.Ordinal)) return;
        FaultsMet++;
        throw new DiskException(DiskError.NotWritable, $"{path}: read-only file system");
    }

    internal bool Fails(int oneIn)
    {
        if (_inspected || oneIn == 0 || random.Next(oneIn) != 0) return false;
        FaultsMet++;
        return true;
    }

    /// <summary>Whether a flush that failed leaves what it should have kept in the cache, to be seen.</summary>
    internal bool KeepsSeen() => random.Next(2) == 0;

    internal long NextTick() => ++_ticks;

    internal void NoteClosed() => Interlocked.Decrement(ref _openFiles);

    /// <summary>Room for a file that is going to use so much; what is reserved is used up already.</summary>
    internal void Claim(SimFile file, long usedBytes, string path)
    {
        if (_inspected || usedBytes <= file.UsedBytes || Faults.CapacityBytes == long.MaxValue) return;
        if (UsedBytes - file.UsedBytes + usedBytes <= Faults.CapacityBytes) return;
        FaultsMet++;
        throw new DiskException(DiskError.Full, $"{path}: no space left");
    }

    private static DiskException NotFound(string path) => new(DiskError.NotFound, $"{path} is not there");

    private static DiskException Exists(string path) => new(DiskError.Exists, $"{path} exists");

    private static DiskException BadPath(string path) => new(DiskError.BadPath, $"{path} cannot be a path");

    private SimFile NewFile() => new(++_inodes) { ModifiedTicks = NextTick() };

    private void Move(string from, string to)
    {
        CheckWritable(to);
        if (!_names.Seen.ContainsKey(from)) throw NotFound(from);
        CheckFolderOf(to);
        _names.Move(from, to);
        Appeared?.Invoke(to);
    }

    private void CheckFolderOf(string path)
    {
        var folder = SimNames.FolderOf(path);
        if (path.Contains('\0') || Encoding.UTF8.GetByteCount(Path.GetFileName(path)) > NameBytesMax)
            throw BadPath(path);
        if (!_folders.Contains(folder)) throw NotFound(path);
    }
}
