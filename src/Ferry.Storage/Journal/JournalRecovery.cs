namespace Ferry.Storage.Journal;

/// <summary>
/// Reads what a crash left of a segment.
///
/// A crash can cut the file anywhere behind the last flush, and nothing that was acknowledged lies there: what does not
/// read as a record at the end is a torn tail, and is left out. Anything else is not the work of a crash: a bad record
/// with a good one behind it, or a bad one inside the snapshot (which was flushed before the segment got its name),
/// means that the disk changed what it had been given. Then all sound records are kept and the caller is told, because
/// what the lost ones said can only be found out by looking at the files (see <c>DownloadRecovery</c>).
///
/// A record is sound when its CRC-32C is right, it decodes, and its sequence number is the next one, or, behind damage,
/// one that the damaged bytes leave room for.
/// </summary>
internal static class JournalRecovery
{
    /// <summary>A segment is rolled long before; a longer file is not one of ours.</summary>
    public const int SegmentBytesMax = 1 << 30;

    // The shortest record closes an upload: kind and transfer.
    private const int FrameBytesMin = JournalFrame.RecordHeadBytes + 1 + 16;

    public static RecoveredSegment Read(ReadOnlySpan<byte> bytes)
    {
        var records = new List<JournalRecord>();
        var headState = JournalFrame.TryReadHead(bytes, out var head);
        if (headState == HeadState.OtherVersion)
            return new RecoveredSegment(records, 0, Damaged: false, OtherVersion: true);

        var damaged = headState == HeadState.Damaged;
        var at = damaged ? 0 : JournalFrame.SegmentHeadBytes;
        var last = damaged ? 0 : head.FirstSequence - 1;
        var trusted = !damaged;
        while (at < bytes.Length)
        {
            if (JournalFrame.TryRead(bytes[at..], out var sequence, out var record, out var frameBytes)
                && (trusted ? sequence == last + 1 : sequence > last))
            {
                records.Add(record!);
                (last, trusted) = (sequence, true);
                at += frameBytes;
                continue;
            }
            var next = FindNext(bytes, at, headState == HeadState.Damaged && records.Count == 0 ? null : last);
            if (next < 0) break;
            damaged = true;
            trusted = false;
            at = next;
        }
        if (headState == HeadState.Sound && at < JournalFrame.SegmentHeadBytes + head.SnapshotBytes) damaged = true;
        return new RecoveredSegment(records, last, damaged, OtherVersion: false);
    }

    /// <summary>Where the next sound record starts at or behind <paramref name="from"/>; -1 if there is none.</summary>
    private static int FindNext(ReadOnlySpan<byte> bytes, int from, ulong? last)
    {
        for (var at = from; at <= bytes.Length - FrameBytesMin; at++)
        {
            if (!JournalFrame.TryRead(bytes[at..], out var sequence, out _, out _)) continue;
            // The damaged bytes cannot have held more records than fit in them.
            var most = last + 1 + (ulong)((at - from) / FrameBytesMin);
            if (last is null || (sequence > last && sequence <= most)) return at;
        }
        return -1;
    }
}

/// <param name="LastSequence">Of the last sound record; of what came before the segment if it has none.</param>
internal sealed record RecoveredSegment(
    IReadOnlyList<JournalRecord> Records, ulong LastSequence, bool Damaged, bool OtherVersion);
