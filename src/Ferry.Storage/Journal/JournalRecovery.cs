namespace Ferry.Storage.Journal;

/// <summary>
/// Reads a segment after a crash.
///
/// A crash can tear the file anywhere behind the last flush, where nothing was acknowledged: bytes at the end that are
/// no record are a torn tail, and are ignored. A crash cannot leave a bad record with a good one behind it, or a bad
/// one inside the snapshot (which was flushed before the segment got its name): there the disk changed flushed bytes.
/// Then all sound records are kept and the caller is told, because the content of the lost ones can only be recovered
/// from the files (see <c>DownloadRecovery</c>).
///
/// A record is sound when its CRC-32C is right, it decodes, and its sequence number is the next one, or, behind damage,
/// one that the damaged bytes leave room for.
/// </summary>
internal static class JournalRecovery
{
    /// <summary>A segment is compacted long before this length; a longer file is not a segment.</summary>
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
            // The damaged bytes held at most as many records as fit into them, which bounds the next sequence number.
            var most = last + 1 + (ulong)((at - from) / FrameBytesMin);
            if (last is null || (sequence > last && sequence <= most)) return at;
        }
        return -1;
    }
}

/// <param name="LastSequence">Of the last sound record; of what came before the segment if it has none.</param>
internal sealed record RecoveredSegment(
    IReadOnlyList<JournalRecord> Records, ulong LastSequence, bool Damaged, bool OtherVersion);
