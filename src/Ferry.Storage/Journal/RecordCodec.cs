using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Storage.Journal;

/// <summary>
/// Records to bytes and back: kind (1 byte), then the fields in the order of the record, numbers little endian, texts
/// as UTF-8 behind their length (2 bytes). Decoding never throws: the bytes come from a disk.
/// </summary>
internal static class RecordCodec
{
    /// <summary>Of the ranges of one record; more are written as several records.</summary>
    public const int RangesMax = 4096;

    private const int TextBytesMax = ushort.MaxValue;
    private const ushort NoText = ushort.MaxValue;

    private enum Kind : byte
    {
        UploadOpened = 1, UploadAcked, UploadClosed,
        DownloadOpened, ChunksStored, ChunksLost, DownloadFinishing, DownloadClosed, DownloadAbandoned,
        DownloadUnpacking, UploadPaused, DownloadPaused,
        OfferKept = OfferRecord.Kept, OfferForgotten = OfferRecord.Forgotten,
    }

    public static void Encode(JournalRecord record, IBufferWriter<byte> output)
    {
        switch (record)
        {
            case JournalRecord.DownloadOpened r:
                Put(output, Kind.DownloadOpened, r.Content);
                Put(output, r.ContentBytes);
                Put(output, r.Name);
                Put(output, r.OutputPath);
                Put(output, r.PartPath);
                Put(output, r.FinalPath);
                Put(output, r.At);
                Put(output, r.Traits.Modified);
                Put(output, (long)r.Traits.Mode);
                PutFlags(output, r.IsPublic, r.Overwrites, r.IsPrivate);
                break;
            case JournalRecord.ChunksStored r:
                Put(output, Kind.ChunksStored, r.Content);
                Put(output, r.Ranges);
                Put(output, r.At);
                break;
            case JournalRecord.ChunksLost r:
                Put(output, Kind.ChunksLost, r.Content);
                Put(output, r.Ranges);
                break;
            case JournalRecord.DownloadFinishing r:
                Put(output, Kind.DownloadFinishing, r.Content);
                Put(output, r.FinalPath);
                break;
            case JournalRecord.DownloadClosed r:
                Put(output, Kind.DownloadClosed, r.Content);
                break;
            case JournalRecord.DownloadAbandoned r:
                Put(output, Kind.DownloadAbandoned, r.Content);
                break;
            case JournalRecord.DownloadUnpacking r:
                Put(output, Kind.DownloadUnpacking, r.Content);
                Put(output, r.Staging);
                break;
            case JournalRecord.DownloadPaused r:
                Put(output, Kind.DownloadPaused, r.Content);
                PutFlags(output, r.IsPaused);
                break;
            default:
                if (OfferRecord.TryWrite(output, record)) break;
                EncodeUpload(record, output);
                break;
        }
    }

    /// <summary>Null when the bytes are not exactly one record.</summary>
    public static JournalRecord? TryDecode(ReadOnlySpan<byte> bytes)
    {
        var input = new FieldReader(bytes);
        JournalRecord? record = (Kind)input.Byte() switch
        {
            Kind.UploadOpened => new JournalRecord.UploadOpened(
                input.Transfer(), input.Content(), new NodeId(input.Hash()), input.Text() ?? "", input.Int64(),
                input.Time()),
            Kind.UploadAcked => new JournalRecord.UploadAcked(input.Transfer(), input.Int64(), input.Time()),
            Kind.UploadClosed => new JournalRecord.UploadClosed(input.Transfer()),
            Kind.DownloadOpened => new JournalRecord.DownloadOpened(
                input.Content(), input.Int64(), input.Text() ?? "", input.Text(), input.Text() ?? "",
                input.Text() ?? "", input.Time())
            {
                Traits = input.Traits(),
                IsPublic = input.Flag(),
                Overwrites = input.Flag(),
                IsPrivate = input.Flag(),
            },
            Kind.OfferKept => OfferRecord.Read(ref input),
            Kind.OfferForgotten => new JournalRecord.OfferForgotten(OfferRecord.ReadKey(ref input)),
            Kind.ChunksStored => new JournalRecord.ChunksStored(input.Content(), input.Ranges(), input.Time()),
            Kind.ChunksLost => new JournalRecord.ChunksLost(input.Content(), input.Ranges()),
            Kind.DownloadFinishing => new JournalRecord.DownloadFinishing(input.Content(), input.Text() ?? ""),
            Kind.DownloadClosed => new JournalRecord.DownloadClosed(input.Content()),
            Kind.DownloadAbandoned => new JournalRecord.DownloadAbandoned(input.Content()),
            Kind.DownloadUnpacking => new JournalRecord.DownloadUnpacking(input.Content(), input.Text() ?? ""),
            Kind.UploadPaused => new JournalRecord.UploadPaused(input.Transfer(), input.Flag()),
            Kind.DownloadPaused => new JournalRecord.DownloadPaused(input.Content(), input.Flag()),
            _ => null,
        };
        return input.EndedWell ? record : null;
    }

    private static void EncodeUpload(JournalRecord record, IBufferWriter<byte> output)
    {
        switch (record)
        {
            case JournalRecord.UploadOpened r:
                Put(output, Kind.UploadOpened, r.Transfer);
                Put(output, r.Content.Hash);
                Put(output, r.Requester.Hash);
                Put(output, r.Name);
                Put(output, r.ContentBytes);
                Put(output, r.At);
                break;
            case JournalRecord.UploadAcked r:
                Put(output, Kind.UploadAcked, r.Transfer);
                Put(output, r.AckedBytes);
                Put(output, r.At);
                break;
            case JournalRecord.UploadClosed r:
                Put(output, Kind.UploadClosed, r.Transfer);
                break;
            case JournalRecord.UploadPaused r:
                Put(output, Kind.UploadPaused, r.Transfer);
                PutFlags(output, r.IsPaused);
                break;
            default:
                throw new InvalidOperationException($"the log has no form for {record.GetType().Name}");
        }
    }

    private static void Put(IBufferWriter<byte> output, Kind kind, ContentId content)
    {
        output.Write([(byte)kind]);
        Put(output, content.Hash);
    }

    private static void Put(IBufferWriter<byte> output, Kind kind, TransferId transfer)
    {
        output.Write([(byte)kind]);
        Put(output, transfer);
    }

    internal static void Put(IBufferWriter<byte> output, TransferId transfer)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(output.GetSpan(16), transfer.Value);
        output.Advance(16);
    }

    internal static void Put(IBufferWriter<byte> output, Bytes32 value)
    {
        value.CopyTo(output.GetSpan(Bytes32.Length));
        output.Advance(Bytes32.Length);
    }

    internal static void PutFlags(IBufferWriter<byte> output, params ReadOnlySpan<bool> flags)
    {
        foreach (var flag in flags) Put(output, flag ? 1L : 0L);
    }

    internal static void Put(IBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    private static void Put(IBufferWriter<byte> output, DateTimeOffset time) =>
        Put(output, time.ToUnixTimeMilliseconds());

    internal static void Put(IBufferWriter<byte> output, string? text)
    {
        var count = text is null ? 0 : Encoding.UTF8.GetByteCount(text);
        // Names are bounded by the wire format and paths by the file system: a longer text is a bug.
        if (count >= TextBytesMax) throw new InvalidOperationException("a text is too long for the log");
        var span = output.GetSpan(2 + count);
        BinaryPrimitives.WriteUInt16LittleEndian(span, text is null ? NoText : (ushort)count);
        if (text is not null) Encoding.UTF8.GetBytes(text, span[2..]);
        output.Advance(2 + count);
    }

    private static void Put(IBufferWriter<byte> output, IReadOnlyList<ChunkRange> ranges)
    {
        if (ranges.Count > RangesMax) throw new InvalidOperationException("too many ranges for one record");
        var span = output.GetSpan(4 + 8 * ranges.Count);
        BinaryPrimitives.WriteInt32LittleEndian(span, ranges.Count);
        for (var i = 0; i < ranges.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(span[(4 + 8 * i)..], ranges[i].First);
            BinaryPrimitives.WriteInt32LittleEndian(span[(8 + 8 * i)..], ranges[i].Count);
        }
        output.Advance(4 + 8 * ranges.Count);
    }

    /// <summary>
    /// Reads fields in order; after a missing one all others read as empty, and the record as a whole is invalid.
    /// </summary>
    internal ref struct FieldReader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;
        private bool _failed;

        public readonly bool EndedWell => !_failed && _rest.IsEmpty;

        public byte Byte() => Take(1) is [var value] ? value : default;
        public long Int64() => Take(8) is { Length: 8 } span ? BinaryPrimitives.ReadInt64LittleEndian(span) : default;
        public Bytes32 Hash() => Take(Bytes32.Length) is { Length: Bytes32.Length } span ? Bytes32.From(span) : default;
        public ContentId Content() => new(Hash());
        public TransferId Transfer() =>
            new(Take(16) is { Length: 16 } span ? BinaryPrimitives.ReadUInt128LittleEndian(span) : default);

        public DateTimeOffset Time()
        {
            // The range of DateTimeOffset, years 1 to 9999.
            const long Least = -62_135_596_800_000, Most = 253_402_300_799_999;
            var milliseconds = Int64();
            if (milliseconds is >= Least and <= Most) return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
            _failed = true;
            return default;
        }

        public bool Flag()
        {
            var flag = Int64();
            if (flag is not (0 or 1)) _failed = true;
            return flag == 1;
        }

        public FileTraits Traits()
        {
            var (modified, mode) = (Int64(), Int64());
            if (mode is < 0 or > FileTraits.ModeMax) _failed = true;
            return _failed ? default : new FileTraits(modified, (int)mode);
        }

        public string? Text()
        {
            if (Take(2) is not { Length: 2 } head) return null;
            var count = BinaryPrimitives.ReadUInt16LittleEndian(head);
            return count == NoText ? null : Encoding.UTF8.GetString(Take(count));
        }

        public ChunkRange[] Ranges()
        {
            if (Take(4) is not { Length: 4 } head) return [];
            var count = BinaryPrimitives.ReadInt32LittleEndian(head);
            if (count is < 0 or > RangesMax) _failed = true;
            var span = Take(_failed ? 0 : 8 * count);
            if (_failed) return [];
            var ranges = new ChunkRange[count];
            for (var i = 0; i < count; i++)
            {
                var at = span[(8 * i)..];
                ranges[i] = new ChunkRange(
                    BinaryPrimitives.ReadInt32LittleEndian(at), BinaryPrimitives.ReadInt32LittleEndian(at[4..]));
            }
            return ranges;
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            if (_failed || _rest.Length < count)
            {
                _failed = true;
                return [];
            }
            var taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }
    }
}
