using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Store;

namespace Ferry.Storage.Downloads;

/// <summary>
/// A file that is being downloaded: which chunks are durable, which are written but not yet flushed, and whether the
/// disk takes more.
///
/// Two locks. <see cref="Flushing"/> is held by whoever flushes, reopens, renames or deletes the file, from before the
/// flush until its outcome is in the log; it is taken before the other, and over several files in the order of their
/// ids. The inner one guards the sets below for a moment at a time; no disk call is made under it but to open the file.
///
/// A chunk that was being written when the disk failed must not count, even if its own write went well: a failed flush
/// may have dropped it. The generation, which every failure moves on, tells such writes from later ones.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private readonly object _gate = new();
    private readonly IDisk _disk;
    private readonly UncommittedTally _tally;
    private readonly ChunkMap _durable;
    private ChunkMap _present;
    private List<int> _fresh = [];
    private IDiskFile? _file;
    private int _users;
    private int _generation;
    private bool _closed;
    private bool _isUntold;

    public PartialFile(
        IDisk disk, UncommittedTally tally, Manifest manifest, string name, string? outputPath, string partPath,
        string finalPath, ChunkMap durable)
    {
        (_disk, _tally, _durable, _present, Inherited) = (disk, tally, durable, durable.Copy(), durable.Copy());
        (Manifest, Name, OutputPath, PartPath, FinalPath) = (manifest, name, outputPath, partPath, finalPath);
    }

    public Manifest Manifest { get; }
    public ContentId Content => Manifest.Id;
    public string Name { get; }
    public string? OutputPath { get; }
    public string PartPath { get; }

    /// <summary>
    /// Chunks of an earlier life of the node: what the disk made of them since, only their hash can tell.
    /// </summary>
    public ChunkMap Inherited { get; }

    /// <summary>Where it goes in the end; chosen anew if somebody else takes the name meanwhile.</summary>
    public string FinalPath { get; set; }

    /// <summary>It has its final name already, but whether that would survive a power cut is not known yet.</summary>
    public bool IsRenamed { get; set; }

    public Lock Flushing { get; } = new();

    /// <summary>Why the disk takes nothing now; null when it does.</summary>
    public DiskException? Trouble { get; private set; }

    /// <summary>A flush failed: even chunks that are durable are to be verified before they are trusted.</summary>
    public bool IsInDoubt { get; private set; }

    public bool IsOpen
    {
        get
        {
            lock (_gate) return _file is not null;
        }
    }

    public bool HasFresh
    {
        get
        {
            lock (_gate) return _fresh.Count > 0;
        }
    }

    public ChunkMap Durable()
    {
        lock (_gate) return _durable.Copy();
    }

    public ChunkFate FateOf(int chunk)
    {
        lock (_gate)
        {
            if (_closed || Trouble is not null) return ChunkFate.Refused;
            if (_durable.Contains(chunk)) return ChunkFate.Durable;
            return _present.Contains(chunk) ? ChunkFate.Written : ChunkFate.Wanted;
        }
    }

    /// <summary>
    /// Writes a verified chunk. Null when it went well or was not wanted, the failure when it stalled the file now.
    /// </summary>
    public DiskException? Write(int chunk, ReadOnlySpan<byte> bytes)
    {
        int generation;
        IDiskFile file;
        lock (_gate)
        {
            if (_closed || Trouble is not null || _present.Contains(chunk)) return null;
            generation = _generation;
            try
            {
                file = Use();
            }
            catch (DiskException failure)
            {
                return StallUnderGate(failure, doubt: true) ? failure : null;
            }
        }
        DiskException? trouble = null;
        try
        {
            file.Write(bytes, Manifest.Layout.OffsetOf(chunk));
        }
        catch (DiskException failure)
        {
            trouble = failure;
        }
        lock (_gate)
        {
            Unuse();
            if (generation != _generation || Trouble is not null) return null;
            if (trouble is not null) return StallUnderGate(trouble, doubt: false) ? trouble : null;
            if (!_present.Add(chunk)) return null;
            _fresh.Add(chunk);
            _tally.Add(bytes.Length);
        }
        return null;
    }

    /// <summary>Reads of a durable chunk.</summary>
    public ReadOutcome Read(int chunk, int offset, Span<byte> destination)
    {
        IDiskFile file;
        lock (_gate)
        {
            if (_closed || !_durable.Contains(chunk)) return ReadOutcome.NotHere;
            if (IsInDoubt) return ReadOutcome.NotNow;
            try
            {
                file = Use();
            }
            catch (DiskException)
            {
                return ReadOutcome.Failed;
            }
        }
        try
        {
            var read = file.Read(destination, Manifest.Layout.OffsetOf(chunk) + offset);
            return read == destination.Length ? ReadOutcome.Done : ReadOutcome.Failed;
        }
        catch (DiskException)
        {
            return ReadOutcome.Failed; // The other side is told; our own download finds out when it writes.
        }
        finally
        {
            lock (_gate) Unuse();
        }
    }

    /// <summary>Takes the chunks that wait for a flush and flushes them. Under <see cref="Flushing"/>.</summary>
    public List<int> FlushFresh()
    {
        List<int> chunks;
        IDiskFile file;
        lock (_gate)
        {
            if (_fresh.Count == 0) return [];
            file = Use();
            (chunks, _fresh) = (_fresh, []);
        }
        try
        {
            file.Flush();
            return chunks;
        }
        catch (DiskException)
        {
            ForgetTaken(chunks);
            throw;
        }
        finally
        {
            lock (_gate) Unuse();
        }
    }

    /// <summary>
    /// The chunks that <see cref="FlushFresh"/> gave are in the log. They hold even if the file stalled meanwhile.
    /// </summary>
    public void MarkDurable(List<int> chunks)
    {
        lock (_gate)
        {
            foreach (var chunk in chunks)
            {
                _durable.Add(chunk);
                _present.Add(chunk);
                _tally.Add(-Manifest.Layout.LengthOf(chunk));
            }
        }
    }

    /// <summary>The chunks that <see cref="FlushFresh"/> gave did not get into the log.</summary>
    public void ForgetTaken(List<int> chunks)
    {
        lock (_gate)
        {
            foreach (var chunk in chunks)
            {
                _present.Remove(chunk);
                _tally.Add(-Manifest.Layout.LengthOf(chunk));
            }
        }
    }

    /// <summary>The trouble, once: a file can be found stalled at start-up, when nobody asked yet.</summary>
    public DiskException? TakeUntoldTrouble()
    {
        lock (_gate)
        {
            var untold = _isUntold ? Trouble : null;
            _isUntold = false;
            return untold;
        }
    }

    /// <summary>At start-up, before anybody uses the file.</summary>
    public void StartStalled(DiskException failure) => (Trouble, IsInDoubt, _isUntold) = (failure, true, true);

    /// <summary>Stops taking chunks and forgets those that are not durable. False when it had stopped before.</summary>
    public bool Stall(DiskException failure, bool doubt)
    {
        lock (_gate) return StallUnderGate(failure, doubt);
    }

    /// <summary>
    /// Takes chunks again, but for those in <paramref name="lost"/> with nothing on trust. Under
    /// <see cref="Flushing"/>.
    /// </summary>
    public void Resume(IReadOnlyList<int> lost)
    {
        lock (_gate)
        {
            foreach (var chunk in lost) _durable.Remove(chunk);
            _present = _durable.Copy();
            (Trouble, IsInDoubt, _isUntold) = (null, false, false);
        }
    }

    /// <summary>The file, opened anew and nobody else using it. Under <see cref="Flushing"/>, while stalled.</summary>
    public IDiskFile Reopen(DiskOpen mode)
    {
        lock (_gate)
        {
            while (_users > 0) Monitor.Wait(_gate);
            _file?.Dispose();
            _file = null;
            return _file = _disk.Open(PartPath, mode);
        }
    }

    /// <summary>
    /// Lets go of the system's handle until it is needed. Only while nothing is written that was not flushed: the
    /// error of a flush that comes later may be told to nobody but who held the file then.
    /// </summary>
    public void CloseIdleHandle()
    {
        lock (_gate)
        {
            if (_users > 0 || _fresh.Count > 0) return;
            _file?.Dispose();
            _file = null;
        }
    }

    /// <summary>
    /// What the rename publishes: nothing but flushed bytes, and those that lay there through a restart are what they
    /// were.
    /// </summary>
    /// <exception cref="DiskException">The disk fails, or it has changed what it had been given.</exception>
    public void FlushAndCheck()
    {
        IDiskFile file;
        lock (_gate) file = Use();
        try
        {
            file.Flush();
            if (ContentCheck.Lost(file, Manifest, Inherited) is { Count: > 0 and var lost })
                throw new DiskException(DiskError.Changed, $"the disk changed {lost} chunks of {PartPath}");
        }
        finally
        {
            lock (_gate) Unuse();
        }
    }

    /// <summary>Closes the file for good; waits for those who are reading or writing.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            ForgetFresh();
            while (_users > 0) Monitor.Wait(_gate);
            _file?.Dispose();
            _file = null;
        }
    }

    private IDiskFile Use()
    {
        _file ??= _disk.Open(PartPath, DiskOpen.ReadWrite);
        _users++;
        return _file;
    }

    private void Unuse()
    {
        if (--_users == 0) Monitor.PulseAll(_gate);
    }

    private bool StallUnderGate(DiskException failure, bool doubt)
    {
        _generation++;
        IsInDoubt |= doubt;
        ForgetFresh();
        if (Trouble is not null) return false;
        Trouble = failure;
        return true;
    }

    private void ForgetFresh()
    {
        foreach (var chunk in _fresh)
        {
            _present.Remove(chunk);
            _tally.Add(-Manifest.Layout.LengthOf(chunk));
        }
        _fresh.Clear();
    }
}
