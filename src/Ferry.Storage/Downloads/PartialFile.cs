using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;
using Ferry.Storage.Store;

namespace Ferry.Storage.Downloads;

/// <summary>
/// A file that is being downloaded: its chunks, and whether the disk takes more.
///
/// Two locks. <see cref="Flushing"/> is held to flush, reopen, rename or delete the file, from before the flush until
/// its outcome is in the log; it is taken before the inner one, and for several files in the order of their ids. The
/// inner lock guards the states, briefly; the only disk call under it is the opening of the file.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SharedHandle _handle;
    private readonly ChunkStates _chunks;
    private readonly ReadBack _readBack;
    private bool _closed;
    private bool _isUntold;
    private bool _isUnwanted;

    public PartialFile(
        IDisk disk, UncommittedTally tally, Manifest manifest, JournalRecord.DownloadOpened opened, ChunkMap durable)
    {
        (Manifest, Name, PartPath, FinalPath) = (manifest, opened.Name, opened.PartPath, opened.FinalPath);
        (Traits, Overwrites, IsPrivate) = (opened.Traits, opened.Overwrites, opened.IsPrivate);
        _handle = new SharedHandle(disk, PartPath);
        _chunks = new ChunkStates(manifest.Layout, durable.Copy(), tally);
        _readBack = new ReadBack(manifest, PartPath);
        IsNameDurable = !durable.IsEmpty;
    }

    public Manifest Manifest { get; }
    public ContentId Content => Manifest.Id;
    public string Name { get; }
    public string PartPath { get; }

    /// <summary>What the finished file shall have beside its bytes.</summary>
    public FileTraits Traits { get; }

    /// <summary>A file of its final name is replaced.</summary>
    public bool Overwrites { get; }

    /// <summary>It is not offered on.</summary>
    public bool IsPrivate { get; }

    /// <summary>The final path; chosen anew if another program takes the name meanwhile.</summary>
    public string FinalPath { get; set; }

    /// <summary>
    /// The folder was flushed since the partial file was made. Nothing is logged of its chunks before that.
    /// </summary>
    public bool IsNameDurable { get; set; }

    /// <summary>The file has its final name, which may not be durable yet.</summary>
    public bool IsRenamed { get; set; }

    /// <summary>Where a folder is made of the file; null until then.</summary>
    public string? Staging { get; set; }

    /// <summary>The folder is made and flushed: it is under <see cref="Staging"/> or <see cref="FinalPath"/>.</summary>
    public bool IsMade { get; set; }

    /// <summary>The stamp that the whole file had when it was read back.</summary>
    public FileStamp Verified { get; private set; }

    public Lock Flushing { get; } = new();

    /// <summary>The failure that stalls the file; null when the disk takes writes.</summary>
    public DiskException? Trouble { get; private set; }

    /// <summary>A flush failed: even durable chunks must be verified before they count.</summary>
    public bool IsInDoubt { get; private set; }

    /// <summary>
    /// The room for what is missing is the file's own already; else it is taken with each write, as others take it,
    /// too.
    /// </summary>
    public bool IsReserved { get; set; }

    /// <summary>The download was cancelled.</summary>
    public bool IsUnwanted
    {
        get => Volatile.Read(ref _isUnwanted);
        private set => Volatile.Write(ref _isUnwanted, value);
    }

    public bool IsOpen => _handle.IsOpen;

    public bool HasUnflushed
    {
        get
        {
            lock (_gate) return _chunks.HasUnflushed;
        }
    }

    public ChunkMap Durable()
    {
        lock (_gate) return _chunks.Durable();
    }

    public ChunkFate FateOf(int chunk)
    {
        lock (_gate)
        {
            if (_closed || Trouble is not null) return ChunkFate.Refused;
            if (_chunks.IsDurable(chunk)) return ChunkFate.Durable;
            return _chunks.IsWritten(chunk) ? ChunkFate.Written : ChunkFate.Wanted;
        }
    }

    /// <summary>
    /// Writes a verified chunk. Null when it was written or not needed; the failure when this write stalled the file.
    /// </summary>
    public DiskException? Write(int chunk, ReadOnlySpan<byte> bytes)
    {
        int generation;
        SharedHandle.Use use;
        lock (_gate)
        {
            if (_closed || Trouble is not null || _chunks.IsWritten(chunk)) return null;
            generation = _chunks.Generation;
            try
            {
                use = _handle.Acquire();
            }
            catch (DiskException failure)
            {
                return StallUnderGate(failure, doubt: true) ? failure : null;
            }
        }
        using (use)
        {
            try
            {
                Zeros.Write(use.File, bytes, Manifest.Layout.OffsetOf(chunk));
            }
            catch (DiskException failure)
            {
                lock (_gate)
                {
                    var isLate = generation != _chunks.Generation || Trouble is not null;
                    return !isLate && StallUnderGate(failure, doubt: false) ? failure : null;
                }
            }
            var sum = ReadBack.SumOf(bytes);
            lock (_gate)
            {
                _readBack.Add(chunk, sum);
                if (Trouble is null) _chunks.Add(chunk, generation);
            }
            return null;
        }
    }

    /// <summary>Reads from a durable chunk.</summary>
    public ReadOutcome Read(int chunk, int offset, Span<byte> destination)
    {
        try
        {
            SharedHandle.Use use;
            lock (_gate)
            {
                if (_closed || !_chunks.IsDurable(chunk)) return ReadOutcome.NotHere;
                if (IsInDoubt) return ReadOutcome.NotNow;
                use = _handle.Acquire();
            }
            using (use)
            {
                var read = use.File.Read(destination, Manifest.Layout.OffsetOf(chunk) + offset);
                return read == destination.Length ? ReadOutcome.Done : ReadOutcome.Failed;
            }
        }
        catch (DiskException)
        {
            return ReadOutcome.Failed; // Refused; our own download finds out at its next write.
        }
    }

    /// <summary>Flushes, and returns the chunks that were waiting for it. Under <see cref="Flushing"/>.</summary>
    public List<int> Flush()
    {
        List<int> chunks;
        SharedHandle.Use use;
        lock (_gate)
        {
            if (!_chunks.HasUnflushed) return [];
            use = _handle.Acquire();
            chunks = _chunks.TakeUnflushed();
        }
        using (use)
        {
            try
            {
                use.File.Flush();
                return chunks;
            }
            catch (DiskException)
            {
                ForgetFlushed(chunks);
                throw;
            }
        }
    }

    /// <summary>Chunks of <see cref="Flush"/> are in the log.</summary>
    public void MarkDurable(List<int> flushed)
    {
        lock (_gate) _chunks.MarkDurable(flushed);
    }

    /// <summary>Chunks that are flushed and in the log. Under <see cref="Flushing"/>.</summary>
    public void AddDurable(List<int> chunks)
    {
        lock (_gate) _chunks.AddDurable(chunks);
    }

    /// <summary>Chunks of <see cref="Flush"/> did not get into the log.</summary>
    public void ForgetFlushed(List<int> flushed)
    {
        lock (_gate) _chunks.Forget(flushed);
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
            _chunks.Restart(lost);
            (Trouble, IsInDoubt, _isUntold) = (null, false, false);
        }
    }

    public SharedHandle.Use Use() => _handle.Acquire();

    /// <summary>Reopens the file once it has no users. Under <see cref="Flushing"/>, while stalled.</summary>
    public IDiskFile Reopen(DiskOpen mode) => _handle.Reopen(mode);

    /// <summary>
    /// Closes the handle until it is needed again. Only while all writes are flushed: Linux reports an error of
    /// write-back to handles that were open when it happened, so a handle opened later may never see it.
    /// </summary>
    public void CloseIdleHandle()
    {
        lock (_gate)
        {
            if (!_chunks.HasUnflushed) _handle.CloseIfIdle();
        }
    }

    /// <summary>The download was cancelled: a <see cref="FlushAndReadBack"/> that is under way ends soon.</summary>
    public void StopReadBack() => IsUnwanted = true;

    /// <summary>
    /// Before the rename: gives the file its traits, flushes it and reads all of it back. Under <see cref="Flushing"/>.
    /// False when it was stopped.
    /// </summary>
    /// <exception cref="DiskException">The disk fails, or the file is not what was written.</exception>
    public bool FlushAndReadBack(IDisk disk, Func<bool> isStopped)
    {
        using var use = _handle.Acquire();
        use.File.SetTraits(Traits);
        if (_readBack.Run(use.File, () => IsUnwanted || isStopped()) is not { } stamp) return false;
        // Another program may have put another file in its place.
        if (disk.Stamp(PartPath) != stamp) throw _readBack.Changed("put another file in place of");
        Verified = stamp;
        return true;
    }

    /// <summary>Closes the file for good; waits for readers and writers.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _chunks.Forget(_chunks.TakeUnflushed());
        }
        _handle.Dispose();
    }

    private bool StallUnderGate(DiskException failure, bool doubt)
    {
        _chunks.Fail();
        IsInDoubt |= doubt;
        if (Trouble is not null) return false;
        Trouble = failure;
        return true;
    }
}
