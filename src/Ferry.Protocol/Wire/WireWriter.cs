using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>
/// Writes fields one after the other, big endian. Each method checks the bounds that its counterpart in
/// <see cref="WireReader"/> checks: a message that this node would refuse to read is never sent.
/// </summary>
internal ref struct WireWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    public int Written { get; private set; }

    public void Byte(byte value) => Take(1)[0] = value;

    public void Byte(byte value, byte min, byte max)
    {
        Demand(value >= min && value <= max, "a number is out of its bounds");
        Byte(value);
    }

    public void Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void Member<TEnum>(TEnum value) where TEnum : struct, Enum
    {
        Demand(Enum.IsDefined(value), "an enum member is not defined");
        Byte(Unsafe.BitCast<TEnum, byte>(value));
    }

    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), value);
    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);
    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Take(8), value);

    public void Int32(int value, int min, int max)
    {
        Demand(value >= min && value <= max, "a number is out of its bounds");
        BinaryPrimitives.WriteInt32BigEndian(Take(4), value);
    }

    public void Int64(long value, long min, long max)
    {
        Demand(value >= min && value <= max, "a number is out of its bounds");
        BinaryPrimitives.WriteInt64BigEndian(Take(8), value);
    }

    public void Node(NodeId node)
    {
        Demand(!node.IsNone, "a node is missing");
        Digest(node.Hash);
    }

    public void Digest(Bytes32 digest) => digest.CopyTo(Take(Bytes32.Length));

    public void Content(ContentId content) => Digest(content.Hash);

    public void OptionalContent(ContentId? content)
    {
        Flag(content is not null);
        if (content is { } given) Content(given);
    }

    public void Query(QueryId query) => BinaryPrimitives.WriteUInt128BigEndian(Take(16), query.Value);
    public void Transfer(TransferId transfer) => BinaryPrimitives.WriteUInt128BigEndian(Take(16), transfer.Value);

    /// <summary>The number of bytes and UTF-8.</summary>
    public void Text(string text, int bytesMax)
    {
        var length = Take(2);
        var room = _destination[Written..];
        if (room.Length > bytesMax) room = room[..bytesMax];
        var status = Utf8.FromUtf16(text, room, out _, out var written, replaceInvalidSequences: false);
        Demand(status == OperationStatus.Done, "a text is too long or has half a surrogate pair");
        Demand(WireText.IsClean(text), "a text has control characters");
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)written);
        Written += written;
    }

    /// <summary>How many items follow.</summary>
    public void Count(int count, int countMax)
    {
        Demand(count <= countMax, "there are too many items");
        UInt16((ushort)count);
    }

    /// <summary>The number of texts and the texts.</summary>
    public void Texts(IReadOnlyList<string> texts, int countMax, int bytesMax)
    {
        Demand(texts.Count <= countMax, "too many texts");
        UInt16((ushort)texts.Count);
        for (var index = 0; index < texts.Count; index++) Text(texts[index], bytesMax);
    }

    /// <summary>The number of bytes and the bytes.</summary>
    public void Blob(ReadOnlySpan<byte> bytes, int bytesMax)
    {
        Demand(bytes.Length <= bytesMax, "an opaque field is too long");
        UInt16((ushort)bytes.Length);
        bytes.CopyTo(Take(bytes.Length));
    }

    /// <summary>The number of digests and the digests, 32 bytes each.</summary>
    public void Digests(ReadOnlySpan<byte> digests, int countMax)
    {
        Demand(digests.Length % Bytes32.Length == 0, "a digest is cut off");
        var count = digests.Length / Bytes32.Length;
        Demand(count <= countMax, "too many digests");
        UInt16((ushort)count);
        digests.CopyTo(Take(digests.Length));
    }

    /// <summary>The number of nodes and the nodes.</summary>
    public void Nodes(IReadOnlyList<NodeId> nodes, int countMax)
    {
        Demand(nodes.Count <= countMax, "too many nodes");
        UInt16((ushort)nodes.Count);
        for (var index = 0; index < nodes.Count; index++) Node(nodes[index]);
    }

    /// <summary>The number of ranges, and first chunk and count of each.</summary>
    public void Ranges(IReadOnlyList<ChunkRange> ranges, RangeOrder order)
    {
        Demand(ranges.Count <= WireLimits.RangesMax, "too many ranges");
        UInt16((ushort)ranges.Count);
        var lowest = 0;
        var chunks = 0L;
        for (var index = 0; index < ranges.Count; index++)
        {
            var range = ranges[index];
            Demand(range.IsWithin(lowest, ChunkLayout.ChunkCountMax), "a range is empty or out of bounds or order");
            if (order == RangeOrder.Ascending) lowest = range.End;
            chunks += range.Count;
            BinaryPrimitives.WriteInt32BigEndian(Take(4), range.First);
            BinaryPrimitives.WriteInt32BigEndian(Take(4), range.Count);
        }
        Demand(chunks <= ChunkLayout.ChunkCountMax, "the ranges are longer than any content");
    }

    /// <exception cref="InvalidOperationException">The message breaks its own rules: a bug of ours, not of a
    /// peer.</exception>
    public static void Demand(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidOperationException($"Not a message: {otherwise}.");
    }

    private Span<byte> Take(int count)
    {
        var taken = _destination.Slice(Written, count);
        Written += count;
        return taken;
    }
}
