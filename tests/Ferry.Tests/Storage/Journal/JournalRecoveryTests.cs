using System.Buffers;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Storage.Journal;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Ferry.Tests.Storage.Journal;

public sealed class JournalRecoveryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ContentId Content = new(new Bytes32(1, 2, 3, 4));
    private static readonly NodeId Node = new(new Bytes32(5, 6, 7, 8));

    private static readonly JournalRecord[] Records =
    [
        new JournalRecord.UploadOpened(new TransferId(1), Content, Node, "naïve 🚢.txt", 1 << 20, Noon),
        new JournalRecord.DownloadOpened(Content, 1 << 20, "a", null, "/d/a.part", "/d/a", Noon),
        new JournalRecord.ChunksStored(Content, [new ChunkRange(0, 2), new ChunkRange(5, 1)], Noon),
        new JournalRecord.UploadAcked(new TransferId(1), 65_536, Noon),
        new JournalRecord.ChunksLost(Content, [new ChunkRange(1, 1)]),
        new JournalRecord.DownloadFinishing(Content, "/d/a"),
        new JournalRecord.DownloadAbandoned(Content),
        new JournalRecord.DownloadClosed(Content),
        new JournalRecord.DownloadOpened(Content, 0, "", "/elsewhere/", "/d/b.part", "/d/b", Noon),
        new JournalRecord.UploadPaused(new TransferId(1), IsPaused: true),
        new JournalRecord.UploadClosed(new TransferId(1)),
        new JournalRecord.DownloadPaused(new ContentId(new Bytes32(1, 2, 3, 4)), IsPaused: true),
    ];

    [Fact]
    public void Every_kind_of_record_comes_back()
    {
        var recovered = JournalRecovery.Read(Segment(snapshot: 0, out _));
        AssertSame(Records, recovered.Records);
        Assert.False(recovered.Damaged);
        Assert.Equal(100UL + (ulong)Records.Length - 1, recovered.LastSequence);
    }

    [Fact]
    public void File_cut_anywhere_keeps_all_records_before_the_cut()
    {
        var bytes = Segment(snapshot: 0, out var ends);
        for (var length = JournalFrame.SegmentHeadBytes; length <= bytes.Length; length++)
        {
            var recovered = JournalRecovery.Read(bytes.AsSpan(0, length));
            AssertSame(Records.Take(ends.Count(end => end <= length)), recovered.Records);
            Assert.False(recovered.Damaged);
        }
    }

    [Fact]
    public void Cut_inside_the_snapshot_is_damage_as_it_was_flushed_before_the_file_had_its_name()
    {
        var bytes = Segment(snapshot: 4, out var ends);
        for (var length = 0; length < ends[3]; length++)
            Assert.True(JournalRecovery.Read(bytes.AsSpan(0, length)).Damaged);
        Assert.False(JournalRecovery.Read(bytes.AsSpan(0, ends[3])).Damaged);
    }

    [Fact]
    public void Flipped_bit_costs_the_record_it_is_in_and_no_other()
    {
        var bytes = Segment(snapshot: 0, out var ends);
        for (var bit = JournalFrame.SegmentHeadBytes * 8; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var hit = ends.FindIndex(end => bit / 8 < end);
            var recovered = JournalRecovery.Read(bytes);
            AssertSame(Records.Where((_, index) => index != hit), recovered.Records);
            Assert.Equal(hit < Records.Length - 1, recovered.Damaged); // The last one looks like a torn tail.
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Flipped_bit_in_the_head_costs_nothing_but_is_told()
    {
        var bytes = Segment(snapshot: 0, out _);
        for (var bit = 0; bit < JournalFrame.SegmentHeadBytes * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var recovered = JournalRecovery.Read(bytes);
            AssertSame(Records, recovered.Records);
            Assert.True(recovered.Damaged);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Splices_of_old_and_strange_bytes_never_invent_a_record()
    {
        var good = Segment(snapshot: 0, out _);
        var stale = Segment(snapshot: 0, out _, firstSequence: 3);
        Prop.ForAll<ushort, ushort, int>((from, to, count) =>
        {
            var bytes = (byte[])good.Clone();
            var source = (count & 1) == 0 ? stale : good;
            var (at, read) = (to % bytes.Length, from % source.Length);
            var length = Math.Min(Math.Abs(count % 500), Math.Min(bytes.Length - at, source.Length - read));
            source.AsSpan(read, length).CopyTo(bytes.AsSpan(at));
            var recovered = JournalRecovery.Read(bytes);
            // In order, each at most once, and none that was not written here.
            var next = 0;
            foreach (var record in recovered.Records)
            {
                while (next < Records.Length && !Same(Records[next], record)) next++;
                if (next++ >= Records.Length) return false;
            }
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    [Fact]
    public void Rubbish_is_read_as_damage_and_never_throws() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            var recovered = JournalRecovery.Read(bytes);
            return recovered.Records.Count == 0 && recovered.Damaged;
        }).QuickCheckThrowOnFailure();

    private static byte[] Segment(int snapshot, out List<int> ends, ulong firstSequence = 100)
    {
        var (output, scratch) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        output.Write(new byte[JournalFrame.SegmentHeadBytes]);
        ends = [];
        foreach (var record in Records)
        {
            JournalFrame.Write(output, firstSequence + (ulong)ends.Count, record, scratch);
            ends.Add(output.WrittenCount);
        }
        var bytes = output.WrittenSpan.ToArray();
        var snapshotBytes = snapshot == 0 ? 0 : ends[snapshot - 1] - JournalFrame.SegmentHeadBytes;
        JournalFrame.WriteHead(bytes, new SegmentHead(1, firstSequence, snapshotBytes));
        return bytes;
    }

    private static void AssertSame(IEnumerable<JournalRecord> expected, IEnumerable<JournalRecord> actual) =>
        Assert.Equal(expected.Select(Text), actual.Select(Text));

    private static bool Same(JournalRecord one, JournalRecord other) => Text(one) == Text(other);

    /// <summary>With the ranges, for which a record's own text has a type's name.</summary>
    private static string Text(JournalRecord record) => record switch
    {
        JournalRecord.ChunksStored stored => $"stored {stored.Content} {string.Join(',', stored.Ranges)} {stored.At}",
        JournalRecord.ChunksLost lost => $"lost {lost.Content} {string.Join(',', lost.Ranges)}",
        _ => record.ToString(),
    };
}
