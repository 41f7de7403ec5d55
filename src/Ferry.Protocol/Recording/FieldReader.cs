using System.Buffers.Binary;
using System.Text;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Recording;

/// <summary>
/// Reads fields from bytes that anybody may have made. It never throws: after the first thing wrong every field is
/// empty, so that a record can be read in one go and judged at its end. Memory is spent on bytes that are there.
/// </summary>
internal sealed class FieldReader(ReadOnlyMemory<byte> source) : Fields
{
    private static readonly Message Nothing = new Leave(default);

    private ReadOnlyMemory<byte> _rest = source;
    private Message? _before;

    public bool IsDamaged { get; private set; }
    public bool IsAtEnd => _rest.IsEmpty;
    public ReadOnlyMemory<byte> Rest => _rest;

    protected override bool IsReading => true;

    public override ulong Number(ulong? value)
    {
        var rest = _rest.Span;
        var number = 0UL;
        for (var at = 0; at < rest.Length && at < 10; at++)
        {
            number |= (ulong)(rest[at] & 0x7F) << (7 * at);
            if (rest[at] > 0x7F) continue;
            _rest = _rest[(at + 1)..];
            return number;
        }
        Require(false);
        return 0;
    }

    public override Bytes32 Digest(Bytes32? value) =>
        TryTake(Bytes32.Length, out var bytes) ? Bytes32.From(bytes.Span) : default;

    public override UInt128 Number128(UInt128? value) =>
        TryTake(16, out var bytes) ? BinaryPrimitives.ReadUInt128BigEndian(bytes.Span) : default;

    public override ReadOnlyMemory<byte> Blob(ReadOnlyMemory<byte>? value)
    {
        TryTake(Count(null), out var bytes);
        return bytes;
    }

    public override string Text(string? value) => Encoding.UTF8.GetString(Blob(null).Span);
    public override string Name(string? value) => Text(value);

    public override Message Message(Message? value)
    {
        if (!TryTake(FieldWriter.MessageLengthBytes, out var prefix)) return Nothing;
        var length = prefix.Span[0] << 16 | BinaryPrimitives.ReadUInt16BigEndian(prefix.Span[1..]);
        if (length > 0)
        {
            if (!TryTake(length, out var head)) return Nothing;
            MessageCodec.Decode(head.Span, out _before);
        }
        Require(_before is not null);
        return _before ?? Nothing;
    }

    public override Payload Body(Payload? value)
    {
        var length = Number(null);
        Require(length <= WireLimits.BodyBytesMax);
        return new RecordedBody(IsDamaged ? 0 : (int)length);
    }

    public override void Require(bool holds)
    {
        if (holds) return;
        IsDamaged = true;
        _rest = default;
    }

    /// <summary>Everything takes a byte at least.</summary>
    protected override int Count(int? value)
    {
        var count = Number(null);
        Require(count <= (ulong)_rest.Length);
        return IsDamaged ? 0 : (int)count;
    }

    private bool TryTake(int count, out ReadOnlyMemory<byte> bytes)
    {
        Require(count <= _rest.Length);
        bytes = IsDamaged ? default : _rest[..count];
        if (!IsDamaged) _rest = _rest[count..];
        return !IsDamaged;
    }
}
