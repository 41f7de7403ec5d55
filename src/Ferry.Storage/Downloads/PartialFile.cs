using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Store;

namespace Ferry.Storage.Downloads;

/// <summary>
/// A file that is being downloaded: which chunks are durable, which are written but not yet flushed, and whether the
/// disk takes more.
///
/// Two locks. <see cref="Flushing"/> is held to flush, reopen, rename or delete the file, from before the flush until
/// its outcome is in the log; it is taken before the inner one, and for several files in the order of their ids. The
/// inner lock guards the sets below, briefly; the only disk call under it is the opening of the file.
///
/// A chunk that was being written when the disk failed must not count, even if its own write went well: a failed flush
/// may have dropped it. Every failure increments the generation, which tells such writes from later ones.
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
    /// Chunks from before this start of the node: verified again before the file gets its final name.
    /// </summary>
    public ChunkMap Inherited { get; }

    /// <summary>The final path; chosen anew if another program takes the name meanwhile.</summary>
    public string FinalPath { get; set; }

    /// <summary>The file has its final name, which may not be durable yet.</summary>
    public bool IsRenamed { get; set; }

    public Lock Flushing { get; } = new();

    /// <summary>The failure that stalls the file; null when the disk takes writes.</summary>
    public DiskException? Trouble { get; private set; }

    /// <summary>A flush failed: even durable chunks must be verified before they count.</summary>
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
    /// Writes a verified chunk. Null when it was written or not needed; the failure when this write stalled the file.
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

    /// <summary>Reads from a durable chunk.</summary>
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
            return ReadOutcome.Failed; // Refused; our own download finds out at its next write.
        }
        finally
        {
            lock (_gate) Unuse();
        }
    }

    /// <summary>Flushes, and returns the chunks that were waiting for it. Under <see cref="Flushing"/>.</summary>
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
    /// Chunks of <see cref="FlushFresh"/> are in the log: durable even if the file stalled meanwhile.
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

    /// <summary>Chunks of <see cref="FlushFresh"/> did not get into the log.</summary>
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

    /// <summary>The failure, once, of a file that was found stalled at start-up, before any request.</summary>
    public DiskException? TakeUntoldTrouble()
    {
        lock (_gate)
        {
            var untold = _isUntold ? Trouble : null;
            _isUntold = false;
            return untold;
        }
    }

    /// <summary>Only at start-up, before the file is used.</summary>
    public void StartStalled(DiskException failure) => (Trouble, IsInDoubt, _isUntold) = (failure, true, true);

    /// <summary>Stops taking chunks and drops those that are not durable. False when it was stalled already.</summary>
    public bool Stall(DiskException failure, bool doubt)
    {
        lock (_gate) return StallUnderGate(failure, doubt);
    }

    /// <summary>
    /// Takes chunks again; those in <paramref name="lost"/> count as missing. Under <see cref="Flushing"/>.
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

    /// <summary>Reopens the file once it has no users. Under <see cref="Flushing"/>, while stalled.</summary>
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
    /// Closes the handle until it is needed again. Only while all writes are flushed: Linux reports an error of
    /// write-back to handles that were open when it happened, so a handle opened later may never see it.
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
    /// Before the rename: flushes the file, and verifies the chunks that lay in it through a restart.
    /// </summary>
    /// <exception cref="DiskException">The disk fails, or has changed flushed bytes.</exception>
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

    /// <summary>Closes the file for good; waits for readers and writers.</summary>
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
