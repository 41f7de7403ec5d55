using System.Buffers;
using Ferry.Storage.Disk;

namespace Ferry.Storage.Journal;

/// <summary>
/// The write-ahead log: a segment file that is only appended to, and starts with a snapshot of what came before it.
///
/// <b>Group commit.</b> Callers put their records into the open batch. Who opens a batch settles it for all who are in
/// it, as soon as the batch before is on the disk: so one caller at most waits for the file, and the others wait for
/// their batch, all of whom go on together. Rejected: every caller taking its turn at the file. Those whose records are
/// durable then wait behind those whose are not, and a batch is never as full as it could be.
///
/// <b>A failed write or flush ends a segment.</b> After a failed fsync the kernel may drop the dirty pages and call the
/// next fsync a success (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020), so the file
/// is never trusted again: the batch has failed for all who are in it, and the next one goes into a new segment that
/// starts with all that is known to hold. A full disk is the same case, and ends as soon as there is room.
///
/// <b>A new segment</b> is written under another name, flushed, renamed, its folder flushed, and only then are older
/// ones deleted. So the newest segment by name is complete, and alone tells everything. Rejected: appending to the
/// segment found at start-up, because its torn tail would have to be cut off safely first.
/// </summary>
internal sealed class TransferLog : IDisposable
{
    public const long CompactBytesMin = 1 << 20;
    public const int CompactFactor = 4;

    private readonly Lock _open = new();
    private readonly Lock _writing = new();
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly ArrayBufferWriter<byte> _scratch = new();
    private readonly SegmentFolder _folder;
    private Batch? _batch;
    private IDiskFile? _segment;
    private long _length;
    private long _compactAt;
    private ulong _sequence;

    private TransferLog(SegmentFolder folder, JournalState state, ulong sequence) =>
        (_folder, State, _sequence) = (folder, state, sequence);

    /// <summary>What the log says. To be read before the first <see cref="Commit"/> only.</summary>
    public JournalState State { get; }

    public IReadOnlyList<string> Warnings => _folder.Warnings;
    public IEnumerable<string> DamagedKeptAs => _folder.DamagedKeptAs;

    /// <summary>Nothing the log says about the files can be taken on trust.</summary>
    public bool WasDamaged => _folder.FoundDamage;

    /// <summary>Reads the log. Nothing is written before the first <see cref="Commit"/>.</summary>
    /// <exception cref="DiskException">The log cannot be read.</exception>
    public static TransferLog Open(IDisk disk, string folder)
    {
        var segments = new SegmentFolder(disk, folder);
        var state = new JournalState();
        var sequence = segments.Read(state);
        return new TransferLog(segments, state, sequence);
    }

    /// <summary>
    /// Returns when the records, all of them, would survive a power cut. With none, finds out whether the log works.
    /// </summary>
    /// <exception cref="DiskException">They are not in the log, and what is known of the transfers is as
    /// before.</exception>
    public void Commit(params ReadOnlySpan<JournalRecord> records)
    {
        Batch batch;
        bool isFirst;
        lock (_open)
        {
            isFirst = _batch is null;
            batch = _batch ??= new Batch();
            batch.Records.AddRange(records);
        }
        if (isFirst) Settle(batch);
        else batch.Settled.Wait();
        // A new exception for each caller: its text is for people, and its stack should be the caller's own.
        if (batch.Failure is { } failure) throw new DiskException(failure.Error, failure.Message, failure);
        if (!batch.IsDurable) throw new InvalidOperationException("another caller's error kept the batch from the log");
    }

    /// <summary>For what is over whether the log can be written or not: then it is said by the next segment.</summary>
    public void CommitOrNote(JournalRecord record)
    {
        try
        {
            Commit(record);
        }
        catch (DiskException)
        {
            // Until then a restart finds the entry again, which its reader must be able to take.
            Note(record);
        }
    }

    /// <summary>
    /// Writes a record that nobody waits for: it becomes durable with the next commit, and never fails.
    /// </summary>
    public void Note(JournalRecord record)
    {
        lock (_writing)
        {
            State.Apply(record);
            if (_segment is null) return; // The next segment's snapshot will say it.
            try
            {
                Append([record]);
            }
            catch (DiskException)
            {
                // The segment is at its end; whoever needs the log next will be told by Commit if a new one fails too.
                EndSegment();
            }
        }
    }

    public void Dispose()
    {
        lock (_writing) EndSegment();
    }

    private void Settle(Batch batch)
    {
        try
        {
            lock (_writing)
            {
                lock (_open) _batch = null;
                Write(batch);
            }
        }
        finally
        {
            // Also when a bug throws: nobody may wait for a batch that nobody will write.
            batch.Settled.Set();
        }
    }

    private void Write(Batch batch)
    {
        try
        {
            _segment ??= StartSegment();
            if (batch.Records.Count > 0)
            {
                Append(batch.Records);
                _segment.Flush();
            }
            batch.IsDurable = true;
        }
        catch (DiskException failure)
        {
            batch.Failure = failure;
            EndSegment();
            return;
        }
        foreach (var record in batch.Records) State.Apply(record);
        CompactIfWorthIt();
    }

    private void Append(List<JournalRecord> records)
    {
        _buffer.ResetWrittenCount();
        foreach (var record in records) JournalFrame.Write(_buffer, ++_sequence, record, _scratch);
        _segment!.Write(_buffer.WrittenSpan, _length);
        _length += _buffer.WrittenCount;
    }

    private void EndSegment()
    {
        _segment?.Dispose();
        _segment = null;
    }

    private IDiskFile StartSegment()
    {
        var first = _sequence + 1;
        _buffer.ResetWrittenCount();
        _buffer.GetSpan(JournalFrame.SegmentHeadBytes);
        _buffer.Advance(JournalFrame.SegmentHeadBytes);
        foreach (var record in State.Snapshot()) JournalFrame.Write(_buffer, ++_sequence, record, _scratch);
        var segment = _folder.Add(_buffer, first);
        _length = _buffer.WrittenCount;
        _compactAt = Math.Max(CompactBytesMin, CompactFactor * _length);
        return segment;
    }

    private void CompactIfWorthIt()
    {
        // The length of the last snapshot stands for that of the live state: it is found anew each time it is outgrown.
        if (_length <= _compactAt) return;
        var old = _segment!;
        var sequence = _sequence;
        try
        {
            _segment = StartSegment();
            old.Dispose();
        }
        catch (DiskException)
        {
            // Nothing is lost: what was committed lies in the old segment. If the new one got its name it is the one a
            // restart will read, so the old one must not be appended to; else it serves on.
            if (_folder.NewestIsInDoubt) EndSegment();
            else (_sequence, _compactAt) = (sequence, _length + CompactBytesMin);
        }
    }

    private sealed class Batch
    {
        public List<JournalRecord> Records { get; } = [];

        /// <summary>A flush takes far longer than spinning is worth.</summary>
        public ManualResetEventSlim Settled { get; } = new(initialState: false, spinCount: 0);
        public bool IsDurable { get; set; }
        public DiskException? Failure { get; set; }
    }
}
