using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>
/// Reads fields from bytes that a peer sent. It never throws: the first fault becomes <see cref="Error"/>, and from
/// then on every field reads as its default, so that a message is read in one go and its validity checked at the end.
/// Memory is spent only on bytes that are there: a count is compared with what is left before anything is made for it.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> source)
{
    private ReadOnlySpan<byte> _rest = source;

    public DecodeError Error { get; private set; }

    public byte Byte() => TryTake(1, out var bytes) ? bytes[0] : default;

    public byte Byte(byte min, byte max)
    {
        var value = Byte();
        Bound(value >= min && value <= max);
        return value;
    }

    public bool Flag()
    {
        var value = Byte();
        Require(value <= 1);
        return value == 1;
    }

    public TEnum Member<TEnum>() where TEnum : struct, Enum
    {
        var value = Unsafe.BitCast<byte, TEnum>(Byte());
        Require(Enum.IsDefined(value));
        return value;
    }

    public ushort UInt16() => TryTake(2, out var bytes) ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : default;
    public uint UInt32() => TryTake(4, out var bytes) ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : default;
    public ulong UInt64() => TryTake(8, out var bytes) ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : default;

    public int Int32(int min, int max)
    {
        var value = (int)UInt32();
        Bound(value >= min && value <= max);
        return value;
    }

    public long Int64(long min, long max)
    {
        var value = (long)UInt64();
        Bound(value >= min && value <= max);
        return value;
    }

    /// <summary>A node, never <see cref="NodeId.None"/>.</summary>
    public NodeId Node()
    {
        var node = new NodeId(Digest());
        Require(!node.IsNone);
        return node;
    }

    public Bytes32 Digest() => TryTake(Bytes32.Length, out var bytes) ? Bytes32.From(bytes) : default;
    public ContentId Content() => new(Digest());
    public ContentId? OptionalContent() => Flag() ? Content() : null;
    public QueryId Query() => new(UInt128());
    public TransferId Transfer() => new(UInt128());

    public string Text(int bytesMax)
    {
        if (!TryTakeCounted(1, bytesMax, out var bytes)) return "";
        if (!Utf8.IsValid(bytes))
        {
            Fail(DecodeError.BadText);
            return "";
        }
        var text = Encoding.UTF8.GetString(bytes);
        if (!WireText.IsClean(text)) Fail(DecodeError.BadText);
        return text;
    }

    /// <summary>How many items follow, each of at least so many bytes; 0 when they cannot be there.</summary>
    public int Count(int countMax, int itemBytesMin)
    {
        var count = UInt16();
        Bound(count <= countMax);
        if (_rest.Length < count * itemBytesMin) Fail(DecodeError.Truncated);
        return Error == DecodeError.None ? count : 0;
    }

    public IReadOnlyList<string> Texts(int countMax, int bytesMax)
    {
        const int TextBytesMin = 2;
        var texts = new string[Count(countMax, TextBytesMin)];
        for (var index = 0; index < texts.Length; index++) texts[index] = Text(bytesMax);
        return texts;
    }

    public ReadOnlyMemory<byte> Blob(int bytesMax) =>
        TryTakeCounted(1, bytesMax, out var bytes) ? bytes.ToArray() : default;

    public ReadOnlyMemory<byte> Digests(int countMax) =>
        TryTakeCounted(Bytes32.Length, countMax, out var bytes) ? bytes.ToArray() : default;

    public IReadOnlyList<ChunkRange> Ranges(RangeOrder order)
    {
        const int RangeBytes = 8;
        if (!TryTakeCounted(RangeBytes, WireLimits.RangesMax, out var bytes)) return [];
        var ranges = new ChunkRange[bytes.Length / RangeBytes];
        var lowest = 0;
        var chunks = 0L;
        for (var index = 0; index < ranges.Length; index++)
        {
            var at = bytes[(index * RangeBytes)..];
            var first = BinaryPrimitives.ReadInt32BigEndian(at);
            var range = new ChunkRange(first, BinaryPrimitives.ReadInt32BigEndian(at[4..]));
            Require(range.IsWithin(lowest, ChunkLayout.ChunkCountMax));
            if (order == RangeOrder.Ascending) lowest = range.End;
            chunks += range.Count;
            ranges[index] = range;
        }
        Bound(chunks <= ChunkLayout.ChunkCountMax);
        return ranges;
    }

    public IReadOnlyList<NodeId> Nodes(int countMax)
    {
        if (!TryTakeCounted(Bytes32.Length, countMax, out var bytes)) return [];
        var nodes = new NodeId[bytes.Length / Bytes32.Length];
        for (var index = 0; index < nodes.Length; index++)
        {
            nodes[index] = new NodeId(Bytes32.From(bytes[(index * Bytes32.Length)..]));
            Require(!nodes[index].IsNone);
        }
        return nodes;
    }

    /// <summary>A condition on several fields of a message together.</summary>
    public void Require(bool holds)
    {
        if (!holds) Fail(DecodeError.BadValue);
    }

    /// <summary>Call when all fields are read.</summary>
    public void End()
    {
        if (!_rest.IsEmpty) Fail(DecodeError.TrailingBytes);
    }

    public void Fail(DecodeError error)
    {
        if (Error == DecodeError.None) Error = error;
        _rest = default;
    }

    private UInt128 UInt128() => TryTake(16, out var bytes) ? BinaryPrimitives.ReadUInt128BigEndian(bytes) : default;

    private void Bound(bool holds)
    {
        if (!holds) Fail(DecodeError.LimitExceeded);
    }

    /// <summary>A count of two bytes and as many units as it says.</summary>
    private bool TryTakeCounted(int unitBytes, int countMax, out ReadOnlySpan<byte> bytes)
    {
        var count = UInt16();
        Bound(count <= countMax);
        return TryTake(count * unitBytes, out bytes);
    }

    private bool TryTake(int count, out ReadOnlySpan<byte> bytes)
    {
        if (_rest.Length < count) Fail(DecodeError.Truncated);
        if (Error != DecodeError.None)
        {
            bytes = default;
            return false;
        }
        bytes = _rest[..count];
        _rest = _rest[count..];
        return true;
    }
}
