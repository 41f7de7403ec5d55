using System.Collections.Concurrent;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Storage.Disk;
using Ferry.Storage.Journal;
using Ferry.TestKit.Disks;
using Xunit;

namespace Ferry.Tests.Storage.Journal;

public sealed class TransferLogTests
{
    private const string Folder = "/ferry/log";
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ContentId Content = new(new Bytes32(1, 2, 3, 4));
    private readonly SimDisk _disk = new();

    [Fact]
    public void What_was_committed_survives_a_power_cut()
    {
        using var log = TransferLog.Open(_disk, Folder).Log;
        log.Commit(Upload(1), Upload(2));
        log.Commit(new JournalRecord.UploadClosed(new TransferId(1)));
        _disk.Restart(PowerCutLosses.Nothing);
        Assert.Equal([2], Uploads());
    }

    [Fact]
    public void What_was_noted_survives_a_crash_of_the_program()
    {
        using var log = TransferLog.Open(_disk, Folder).Log;
        log.Commit(Upload(1));
        log.Note(new JournalRecord.UploadAcked(new TransferId(1), 42, Noon.AddHours(1)));
        Assert.Equal(42, Assert.Single(Contents().Uploads).AckedBytes);
    }

    /// <summary>Also when only the snapshot of a later segment is left to say so.</summary>
    [Fact]
    public void Pause_survives_a_power_cut_until_it_is_over()
    {
        using (var log = TransferLog.Open(_disk, Folder).Log)
        {
            log.Commit(Upload(1), Upload(2), Download());
            log.Commit(new JournalRecord.UploadPaused(new TransferId(1), true));
            log.Commit(new JournalRecord.DownloadPaused(Content, true));
        }
        for (var start = 0; start < 2; start++)
        {
            _disk.Restart(PowerCutLosses.Nothing);
            var contents = Contents();
            Assert.Equal([true, false], contents.Uploads.Select(upload => upload.IsPaused));
            Assert.True(Assert.Single(contents.Downloads).IsPaused);
        }
        using (var log = TransferLog.Open(_disk, Folder).Log)
        {
            log.Commit(new JournalRecord.UploadPaused(new TransferId(1), false));
            log.Commit(new JournalRecord.DownloadPaused(Content, false));
        }
        Assert.DoesNotContain(Contents().Uploads, upload => upload.IsPaused);
        Assert.False(Assert.Single(Contents().Downloads).IsPaused);
    }

    [Fact]
    public void Failed_flush_is_told_and_never_tried_again_on_the_same_file()
    {
        using var log = TransferLog.Open(_disk, Folder).Log;
        log.Commit(Upload(1));
        var failed = "";
        _disk.Faults.Rule = (operation, path) =>
        {
            if (operation != DiskOperation.Flush || failed.Length > 0) return null;
            failed = path;
            return DiskError.Faulty;
        };
        Assert.Equal(DiskError.Faulty, Assert.Throws<DiskException>(() => log.Commit(Upload(2))).Error);
        _disk.Faults.Rule = (operation, path) =>
        {
            Assert.False(operation is DiskOperation.Flush or DiskOperation.Write && path == failed);
            return null;
        };
        log.Commit(Upload(3));
        _disk.Restart(PowerCutLosses.Nothing);
        Assert.Equal([1, 3], Uploads());
    }

    [Fact]
    public void Full_disk_refuses_and_works_again_when_there_is_room()
    {
        using var log = TransferLog.Open(_disk, Folder).Log;
        log.Commit(Upload(1));
        _disk.Faults.Rule = (operation, _) => operation == DiskOperation.Write ? DiskError.Full : null;
        Assert.Equal(DiskError.Full, Assert.Throws<DiskException>(() => log.Commit(Upload(2))).Error);
        Assert.Equal(DiskError.Full, Assert.Throws<DiskException>(() => log.Commit()).Error);
        log.CommitOrNote(new JournalRecord.UploadClosed(new TransferId(1)));
        _disk.Faults.Clear();
        log.Commit(Upload(3));
        _disk.Restart(PowerCutLosses.Nothing);
        Assert.Equal([3], Uploads());
    }

    [Fact]
    public void Log_is_compacted_and_stays_in_bounds()
    {
        using var log = TransferLog.Open(_disk, Folder).Log;
        log.Commit(Upload(1), Download());
        Fill(log, new ChunkRange(0, 16));
        log.Commit(Upload(2));
        log.Commit(Upload(3));
        Assert.True(_disk.BytesOf(Assert.Single(_disk.Files)).Length < 10_000);
        _disk.Restart(PowerCutLosses.Nothing);
        Assert.Equal([1, 2, 3], Uploads());
        Assert.True(Assert.Single(Contents().Downloads).Durable.IsFull);
    }

    [Fact]
    public void Compaction_may_be_cut_off_anywhere_whatever_the_disk_keeps()
    {
        for (var cutAt = 0; cutAt < 16; cutAt++)
        {
            var outcomes = 1L;
            for (var outcome = 0L; outcome < outcomes; outcome++)
            {
                var disk = new SimDisk();
                using var log = TransferLog.Open(disk, Folder).Log;
                log.Commit(Upload(1), Download());
                Fill(log, new ChunkRange(3, 1));
                disk.CrashAt = disk.Operations + 3 + cutAt;
                var committed = 2;
                try
                {
                    log.Commit(Upload(2)); // Write and flush; what follows is the compaction.
                    log.Commit(Upload(3));
                    committed = 3;
                }
                catch (SimCrash) { }
                disk.Restart(outcome);
                outcomes = disk.CrashOutcomes;
                var state = TransferLog.Open(disk, Folder).Contents;
                Assert.InRange(state.Uploads.Count, committed, 3);
                Assert.Equal(1, Assert.Single(state.Downloads).Durable.Count);
            }
        }
    }

    [Fact]
    public void Failed_compaction_goes_on_with_the_old_segment()
    {
        using var log = TransferLog.Open(_disk, Folder).Log;
        log.Commit(Upload(1), Download());
        Fill(log, new ChunkRange(3, 1));
        _disk.Faults.Rule = (operation, _) => operation == DiskOperation.Create ? DiskError.Full : null;
        log.Commit(Upload(2));
        log.Commit(Upload(3));
        _disk.Restart(PowerCutLosses.Nothing);
        _disk.Faults.Clear();
        Assert.False(Contents().WasDamaged);
        Assert.Equal(3, Contents().Uploads.Count);
    }

    [Fact]
    public void Log_stays_as_small_as_what_is_live()
    {
        using var log = TransferLog.Open(_disk, Folder).Log;
        var live = Enumerable.Range(0, 100).Select(Upload).ToArray<JournalRecord>();
        log.Commit(live);
        var batch = Enumerable.Range(100, 200).Select(Upload).ToArray<JournalRecord>();
        var ends = Enumerable.Range(100, 200).Select(upload => new JournalRecord.UploadClosed(
            new TransferId((UInt128)upload))).ToArray<JournalRecord>();
        var written = 0L;
        for (var round = 0; round < 300; round++)
        {
            var before = _disk.BytesOf(Assert.Single(_disk.Files)).Length;
            log.Commit(batch);
            log.Commit(ends);
            var after = _disk.BytesOf(Assert.Single(_disk.Files)).Length;
            written += Math.Max(0, after - before);
            Assert.InRange(after, 1, TransferLog.CompactBytesMin + 64 * 1024);
        }
        Assert.True(written > 4 * TransferLog.CompactBytesMin, "the log was never long enough to be compacted");
    }

    [Fact]
    public void Damaged_segment_is_kept_aside_and_told()
    {
        using (var log = TransferLog.Open(_disk, Folder).Log)
        {
            log.Commit(Upload(1));
            log.Commit(Upload(2));
            log.Commit(Upload(3));
        }
        var path = Assert.Single(_disk.Files);
        var damaged = (byte[])_disk.BytesOf(path).Clone();
        damaged[damaged.Length / 2] ^= 1;
        _disk.Put(path, damaged);
        var (next, contents) = TransferLog.Open(_disk, Folder);
        using (next) next.Commit();
        Assert.True(contents.WasDamaged);
        Assert.Contains("2 entries", Assert.Single(contents.Warnings), StringComparison.Ordinal);
        Assert.Equal(damaged,
            _disk.BytesOf(Assert.Single(_disk.Files, name => name.Contains("damaged-", StringComparison.Ordinal))));
        Assert.Equal([1, 3], Uploads());
    }

    [Fact]
    public void Log_of_another_version_is_left_alone()
    {
        using (var log = TransferLog.Open(_disk, Folder).Log) log.Commit(Upload(1));
        var path = Assert.Single(_disk.Files);
        var other = (byte[])_disk.BytesOf(path).Clone();
        other[8]++; // The version.
        JournalFrame.SealHead(other);
        _disk.Put(path, other);
        Assert.Throws<DiskException>(() => TransferLog.Open(_disk, Folder));
        Assert.Equal(other, _disk.BytesOf(path));
    }

    [Fact]
    public void Threads_that_commit_at_once_all_find_their_records_in_the_log()
    {
        using (var log = TransferLog.Open(_disk, Folder).Log)
        {
            var before = _disk.Operations;
            Parallel.For(0, 64, i => log.Commit(Upload(i)));
            Assert.True(_disk.Operations > before);
        }
        _disk.Restart(PowerCutLosses.Nothing);
        Assert.Equal(Enumerable.Range(0, 64), Uploads());
    }

    [Fact]
    public void Callers_who_wait_for_the_same_flush_share_it()
    {
        var (flushes, failures) = CommitTogether(fails: false);
        Assert.Equal((2, 0), (flushes, failures.Count));
        _disk.Restart(PowerCutLosses.Nothing);
        Assert.Equal(Enumerable.Range(0, 17), Uploads());
    }

    [Fact]
    public void Callers_who_share_a_flush_that_fails_are_all_told()
    {
        var (flushes, failures) = CommitTogether(fails: true);
        Assert.Equal((2, 16), (flushes, failures.Count));
        Assert.All(failures, failure => Assert.Equal(DiskError.Faulty, failure.Error));
        _disk.Restart(PowerCutLosses.Nothing);
        Assert.Equal([0], Uploads());
    }

    /// <summary>Sixteen callers come while the record of another is being flushed.</summary>
    private (int Flushes, IReadOnlyCollection<DiskException> Failures) CommitTogether(bool fails)
    {
        using var log = TransferLog.Open(_disk, Folder).Log;
        log.Commit();
        using var others = new ManualResetEventSlim();
        var flushes = 0;
        _disk.Faults.Rule = (operation, _) =>
        {
            if (operation != DiskOperation.Flush) return null;
            if (Interlocked.Increment(ref flushes) > 1) return fails ? DiskError.Faulty : null;
            others.Wait(TestContext.Current.CancellationToken);
            return null;
        };
        var failures = new ConcurrentQueue<DiskException>();
        var first = Start(0);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref flushes) == 1, Patience.Limit));
        var callers = Enumerable.Range(1, 16).Select(Start).ToList();
        // Nothing but the log can make them wait.
        Assert.True(SpinWait.SpinUntil(
            () => callers.TrueForAll(
                caller => caller.ThreadState.HasFlag(System.Threading.ThreadState.WaitSleepJoin)),
            Patience.Limit));
        others.Set();
        Assert.All(callers.Append(first), caller => Assert.True(caller.Join(Patience.Limit)));
        _disk.Faults.Clear();
        return (flushes, failures);

        Thread Start(int number)
        {
            var thread = new Thread(() =>
            {
                try
                {
                    log.Commit(Upload(number));
                }
                catch (DiskException failure)
                {
                    failures.Enqueue(failure);
                }
            })
            { IsBackground = true };
            thread.Start();
            return thread;
        }
    }

    /// <summary>Until the next commit finds the log too long.</summary>
    private static void Fill(TransferLog log, ChunkRange range)
    {
        var ranges = Enumerable.Repeat(range, RecordCodec.RangesMax).ToList();
        for (var i = 0; i < 40; i++) log.Note(new JournalRecord.ChunksStored(Content, ranges, Noon.AddSeconds(i)));
    }

    private LogContents Contents()
    {
        var (log, contents) = TransferLog.Open(_disk, Folder);
        log.Dispose();
        return contents;
    }

    private IEnumerable<int> Uploads()
    {
        var contents = Contents();
        Assert.False(contents.WasDamaged);
        return contents.Uploads.Select(upload => (int)upload.Opened.Transfer.Value);
    }

    private static JournalRecord.UploadOpened Upload(int transfer) =>
        new(new TransferId((UInt128)transfer), Content, new NodeId(new Bytes32(9, 9, 9, (ulong)transfer)), "a",
            1 << 20, Noon);

    private static JournalRecord.DownloadOpened Download() =>
        new(Content, 1 << 20, "a", null, "/d/a.part", "/d/a", Noon);
}
