using System.Runtime.CompilerServices;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Recording;

// Every record that crosses the border of the core is described once, as the list of its fields in order (see Shapes).
// That one description serves writing, reading and redaction, which differ only in what they do with a field: a
// writer takes its value and returns it, a reader takes no value and returns what the bytes say, a redactor takes one
// and returns what may be shown. So no field can be written and forgotten in reading.

/// <summary>One pass over the fields of records. Values are null while reading, and never otherwise.</summary>
internal abstract class Fields
{
    /// <summary>A number that is small more often than not.</summary>
    public abstract ulong Number(ulong? value);
    public abstract Bytes32 Digest(Bytes32? value);
    public abstract UInt128 Number128(UInt128? value);
    public abstract ReadOnlyMemory<byte> Blob(ReadOnlyMemory<byte>? value);
    public abstract string Text(string? value);

    /// <summary>The name or path of a file, or what somebody searched for: not for everybody's eyes.</summary>
    public abstract string Name(string? value);

    /// <summary>A message; the one before, once more, costs a byte.</summary>
    public abstract Message Message(Message? value);

    /// <summary>A body, of which only the length counts.</summary>
    public abstract Payload Body(Payload? value);

    /// <summary>What was read makes no sense. The pass goes on with empty values, to be judged at its end.</summary>
    public abstract void Require(bool holds);

    private static readonly Manifest NoManifest = Protocol.Content.Manifest.Create(0, default);

    protected abstract bool IsReading { get; }

    /// <summary>The length of a list.</summary>
    protected abstract int Count(int? value);

    public bool Flag(bool? value)
    {
        var number = Number(value is { } flag ? flag ? 1UL : 0 : null);
        Require(number <= 1);
        return number == 1;
    }

    public byte Byte(byte? value)
    {
        var number = Number(value);
        Require(number <= byte.MaxValue);
        return (byte)number;
    }

    /// <summary>Which of so many cases.</summary>
    public int Case(int? value, int count)
    {
        var number = Number((ulong?)value);
        var isKnown = number < (ulong)count;
        Require(isKnown);
        return isKnown ? (int)number : 0;
    }

    /// <summary>Small numbers of either sign are short.</summary>
    public long Int64(long? value)
    {
        var zigzag = Number(value is { } number ? (ulong)((number << 1) ^ (number >> 63)) : null);
        return (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
    }

    public int Int32(int? value)
    {
        var number = Int64(value);
        Require(number is >= int.MinValue and <= int.MaxValue);
        return (int)number;
    }

    public double Double(double? value) =>
        BitConverter.UInt64BitsToDouble(Number(value is { } number ? BitConverter.DoubleToUInt64Bits(number) : null));

    public TEnum Member<TEnum>(TEnum? value) where TEnum : struct, Enum
    {
        var number = Number(value is { } member ? NumberOf(member) : null);
        var read = MemberOf<TEnum>(number);
        Require(NumberOf(read) == number && Enum.IsDefined(read));
        return read;
    }

    public TimeSpan Span(TimeSpan? value) => new(Int64(value?.Ticks));
    public Instant Instant(Instant? value) => new(Int64(value?.Microseconds));
    public NodeId Node(NodeId? value) => new(Digest(value?.Hash));
    public ContentId Content(ContentId? value) => new(Digest(value?.Hash));
    public LinkId Link(LinkId? value) => new(Int32(value?.Value));
    public QueryId Query(QueryId? value) => new(Number128(value?.Value));
    public TransferId Transfer(TransferId? value) => new(Number128(value?.Value));
    public ChunkRange Range(ChunkRange? value) => new(Int32(value?.First), Int32(value?.Count));

    public IReadOnlyList<T> List<T>(IReadOnlyList<T>? values, Func<Fields, T?, T> item) where T : class =>
        ListOf(values, (fields, at) => item(fields, values?[at]));

    public IReadOnlyList<T> List<T>(IReadOnlyList<T>? values, Func<Fields, T?, T> item) where T : struct =>
        ListOf(values, (fields, at) => item(fields, values?[at]));

    public IReadOnlyList<ChunkRange> Ranges(IReadOnlyList<ChunkRange>? values) =>
        List(values, static (fields, range) => fields.Range(range));

    /// <summary>A field that may be missing.</summary>
    public T? Optional<T>(T? value, Func<Fields, T?, T> field) where T : class =>
        Flag(IsReading ? null : value is not null) ? field(this, value) : null;

    public T? Optional<T>(T? value, Func<Fields, T?, T> field) where T : struct =>
        Flag(IsReading ? null : value is not null) ? field(this, value) : null;

    public string? OptionalName(string? value) => Optional(value, static (f, name) => f.Name(name));

    public ChunkLayout Layout(ChunkLayout? value)
    {
        var size = Int64(value?.ContentBytes);
        var isValid = ChunkLayout.IsValidSize(size);
        Require(isValid);
        return ChunkLayout.For(isValid ? size : 0);
    }

    public Manifest Manifest(Manifest? value)
    {
        var layout = Layout(value?.Layout);
        var leaves = Blob(value?.Leaves);
        if (value is not null) return value;
        var isWhole = leaves.Length == layout.ChunkCount * Bytes32.Length;
        Require(isWhole);
        return isWhole ? Protocol.Content.Manifest.Create(layout.ContentBytes, leaves) : NoManifest;
    }

    public ChunkMap Chunks(ChunkMap? value)
    {
        var count = Int32(value?.ChunkCount);
        var isValid = count is >= 0 and <= ChunkLayout.ChunkCountMax;
        Require(isValid);
        var ranges = Ranges(value?.ToRanges(int.MaxValue));
        if (value is not null) return value;
        var map = new ChunkMap(isValid ? count : 0);
        var lowest = 0;
        foreach (var range in ranges)
        {
            var isAhead = range.IsWithin(lowest, map.ChunkCount);
            Require(isAhead);
            if (!isAhead) break;
            map.Add(range);
            lowest = range.End;
        }
        return map;
    }

    private IReadOnlyList<T> ListOf<T>(IReadOnlyList<T>? values, Func<Fields, int, T> item)
    {
        var count = Count(values?.Count);
        var list = new List<T>(Math.Min(count, 64));
        for (var at = 0; at < count; at++) list.Add(item(this, at));
        return list;
    }

    private static ulong NumberOf<TEnum>(TEnum member) where TEnum : struct, Enum => Unsafe.SizeOf<TEnum>() == 1
        ? Unsafe.BitCast<TEnum, byte>(member) : (uint)Unsafe.BitCast<TEnum, int>(member);

    private static TEnum MemberOf<TEnum>(ulong number) where TEnum : struct, Enum => Unsafe.SizeOf<TEnum>() == 1
        ? Unsafe.BitCast<byte, TEnum>((byte)number) : Unsafe.BitCast<int, TEnum>((int)number);
}
