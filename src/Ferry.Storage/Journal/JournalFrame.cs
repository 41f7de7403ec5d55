using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace Ferry.Storage.Journal;

/// <summary>
/// How records and the head of a segment lie in the file. A record: length of what follows the CRC (4 bytes), CRC-32C
/// over all but itself (4), sequence number (8), the record. The sequence number grows by one with each record for
/// ever, so that bytes of an older record, or of another place, never pass for the record expected here.
/// </summary>
internal static class JournalFrame
{
    public const int RecordBytesMax = 256 * 1024;
    public const int RecordHeadBytes = 16;
    public const int SegmentHeadBytes = 44;

    private const ulong Magic = 0x474F4C5952524546; // "FERRYLOG"
    private const uint Version = 5;
    private const int SequenceBytes = 8;

    public static void Write(
        ArrayBufferWriter<byte> output, ulong sequence, JournalRecord record, ArrayBufferWriter<byte> scratch)
    {
        scratch.ResetWrittenCount();
        RecordCodec.Encode(record, scratch);
        var body = scratch.WrittenSpan;
        if (body.Length > RecordBytesMax) throw new InvalidOperationException("a record is too long for the log");
        var frame = output.GetSpan(RecordHeadBytes + body.Length)[..(RecordHeadBytes + body.Length)];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)(SequenceBytes + body.Length));
        BinaryPrimitives.WriteUInt64LittleEndian(frame[8..], sequence);
        body.CopyTo(frame[RecordHeadBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], Crc(frame[..4], frame[8..]));
        output.Advance(frame.Length);
    }

    /// <summary>False when no whole, sound record starts here.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> bytes, out ulong sequence, out JournalRecord? record, out int frameBytes)
    {
        (sequence, record, frameBytes) = (0, null, 0);
        if (bytes.Length < RecordHeadBytes) return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (length is < SequenceBytes + 1 or > SequenceBytes + RecordBytesMax) return false;
        if (length > bytes.Length - 8) return false;
        var rest = bytes.Slice(8, (int)length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Crc(bytes[..4], rest)) return false;
        sequence = BinaryPrimitives.ReadUInt64LittleEndian(rest);
        record = RecordCodec.TryDecode(rest[SequenceBytes..]);
        frameBytes = 8 + (int)length;
        return record is not null;
    }

    /// <summary>
    /// The head is written after the snapshot that follows it, so that it can hold the snapshot's length.
    /// </summary>
    public static void WriteHead(Span<byte> head, SegmentHead value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(head, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(head[12..], value.Number);
        BinaryPrimitives.WriteUInt64LittleEndian(head[20..], value.FirstSequence);
        BinaryPrimitives.WriteInt64LittleEndian(head[28..], value.SnapshotBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(head[36..], 0);
        SealHead(head);
    }

    public static void SealHead(Span<byte> head) =>
        BinaryPrimitives.WriteUInt32LittleEndian(head[40..], Crc(head[..40], []));

    public static HeadState TryReadHead(ReadOnlySpan<byte> bytes, out SegmentHead head)
    {
        head = default;
        if (bytes.Length < SegmentHeadBytes) return HeadState.Damaged;
        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic) return HeadState.Damaged;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[40..]) != Crc(bytes[..40], [])) return HeadState.Damaged;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) != Version) return HeadState.OtherVersion;
        head = new SegmentHead(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[20..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[28..]));
        return HeadState.Sound;
    }

    private static uint Crc(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        ~Add(Add(uint.MaxValue, first), second);

    private static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return crc;
    }
}

/// <param name="SnapshotBytes">Bytes behind the head that were flushed before the segment got its name.</param>
internal readonly record struct SegmentHead(long Number, ulong FirstSequence, long SnapshotBytes);

internal enum HeadState { Sound, Damaged, OtherVersion }
