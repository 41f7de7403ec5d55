using System.Buffers;
using Ferry.Storage.Disk;

namespace Ferry.Storage.Journal;

/// <summary>
/// The write-ahead log: a segment file that is only appended to, and starts with a snapshot of what came before it.
///
/// <b>Group commit.</b> Callers append their records to the open batch. The caller that opened a batch (its leader)
/// writes and flushes it for all others, as soon as the batch before it is durable: one caller at most waits for the
/// file, all others for their batch, and a batch releases all its callers together. Rejected: a lock that every caller
/// takes for its own flush. Callers whose records are durable would then queue behind callers whose records are not,
/// and batches would stay small.
///
/// <b>A failed write or flush ends a segment.</b> After a failed fsync the kernel may drop the dirty pages and call the
/// next fsync a success (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020), so the file
/// is never trusted again: the batch fails for all its callers, and the next one goes into a new segment that starts
/// with a snapshot of the known state. A full disk is the same case, and ends as soon as there is room.
///
/// <b>A new segment</b> is written under another name, flushed, renamed, its folder flushed, and only then are older
/// ones deleted. So the newest segment by name is complete by itself. Rejected: appending to the segment found at
/// start-up, because its torn tail would have to be cut off safely first.
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
    private readonly JournalState _state;
    private Batch? _batch;
    private IDiskFile? _segment;
    private long _length;
    private long _compactAt;
    private ulong _sequence;

    private TransferLog(SegmentFolder folder, JournalState state, ulong sequence) =>
        (_folder, _state, _sequence) = (folder, state, sequence);

    /// <summary>Reads the log. Nothing is written before the first <see cref="Commit"/>.</summary>
    /// <exception cref="DiskException">The log cannot be read.</exception>
    public static (TransferLog Log, LogContents Contents) Open(IDisk disk, string folder)
    {
        var segments = new SegmentFolder(disk, folder);
        var state = new JournalState();
        var sequence = segments.Read(state);
        var contents = new LogContents(
            state.Uploads(), state.Downloads(), [.. segments.Warnings], [.. segments.DamagedKeptAs])
        {
            Offers = state.Offers(),
        };
        return (new TransferLog(segments, state, sequence), contents);
    }

    /// <summary>
    /// Returns when all the records are durable. Without records it tests whether the log can be written.
    /// </summary>
    /// <exception cref="DiskException">The records are not in the log, and the state is as before.</exception>
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
        // A new exception for each caller, so that its stack is the caller's own.
        if (batch.Failure is { } failure) throw new DiskException(failure.Error, failure.Message, failure);
        if (!batch.IsDurable) throw new InvalidOperationException("another caller's error kept the batch from the log");
    }

    /// <summary>
    /// For the end of a transfer, which holds even if the log cannot be written: then the next snapshot records it.
    /// </summary>
    public void CommitOrNote(JournalRecord record)
    {
        try
        {
            Commit(record);
        }
        catch (DiskException)
        {
            // Until then a restart finds the entry again: recovery must tolerate that.
            Note(record);
        }
    }

    /// <summary>Writes a record without waiting: it becomes durable with the next commit. Never fails.</summary>
    public void Note(JournalRecord record)
    {
        lock (_writing)
        {
            _state.Apply(record);
            if (_segment is not { } segment) return; // The next segment's snapshot will contain it.
            try
            {
                Append(segment, [record]);
            }
            catch (DiskException)
            {
                // This segment is given up; the next Commit reports the error if a new segment cannot be made either.
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
            // In a finally block, so that no caller waits for a batch that a bug keeps from being written.
            batch.Settled.Set();
        }
    }

    private void Write(Batch batch)
    {
        try
        {
            var segment = _segment ??= StartSegment();
            if (batch.Records.Count > 0)
            {
                Append(segment, batch.Records);
                segment.Flush();
            }
            batch.IsDurable = true;
        }
        catch (DiskException failure)
        {
            batch.Failure = failure;
            EndSegment();
            return;
        }
        foreach (var record in batch.Records) _state.Apply(record);
        CompactIfWorthIt();
    }

    private void Append(IDiskFile segment, List<JournalRecord> records)
    {
        _buffer.ResetWrittenCount();
        foreach (var record in records) JournalFrame.Write(_buffer, ++_sequence, record, _scratch);
        segment.Write(_buffer.WrittenSpan, _length);
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
        foreach (var record in _state.Snapshot()) JournalFrame.Write(_buffer, ++_sequence, record, _scratch);
        var segment = _folder.Add(_buffer, first);
        _length = _buffer.WrittenCount;
        _compactAt = Math.Max(CompactBytesMin, CompactFactor * _length);
        return segment;
    }

    private void CompactIfWorthIt()
    {
        // The length of the last snapshot approximates that of the live state, and is measured anew at each compaction.
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
            // Compaction failed, and nothing is lost: committed records are in the old segment. If the new segment may
            // have got its name, a restart may read that one, so the old one must not be appended to; otherwise it
            // stays in use.
            if (_folder.NewestIsInDoubt) EndSegment();
            else (_sequence, _compactAt) = (sequence, _length + CompactBytesMin);
        }
    }

    private sealed class Batch
    {
        public List<JournalRecord> Records { get; } = [];

        /// <summary>No spinning: a flush takes far longer.</summary>
        public ManualResetEventSlim Settled { get; } = new(initialState: false, spinCount: 0);
        public bool IsDurable { get; set; }
        public DiskException? Failure { get; set; }
    }
}
