using System.Buffers.Binary;
using System.Text;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Recording;

/// <summary>Writes fields one behind the other into a buffer that grows.</summary>
internal sealed class FieldWriter : Fields
{
    /// <summary>A message's length, or zero for the one before once more.</summary>
    public const int MessageLengthBytes = 3;

    private const int NumberBytesMax = 10;
    private const int KeptBytesMax = 1024 * 1024;
    private const int FirstBytes = 2 * WireLimits.HeadBytesMax;

    private byte[] _buffer = new byte[FirstBytes];
    private Message? _before;

    public int Length { get; private set; }
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    protected override bool IsReading => false;

    public void Clear()
    {
        (Length, _before) = (0, null);
        if (_buffer.Length > KeptBytesMax) _buffer = new byte[FirstBytes];
    }

    public override ulong Number(ulong? value)
    {
        var room = Room(NumberBytesMax);
        var rest = value.GetValueOrDefault();
        var at = 0;
        for (; rest > 0x7F; rest >>= 7) room[at++] = (byte)(rest | 0x80);
        room[at++] = (byte)rest;
        Length += at;
        return value.GetValueOrDefault();
    }

    public override Bytes32 Digest(Bytes32? value)
    {
        value.GetValueOrDefault().CopyTo(Room(Bytes32.Length));
        Length += Bytes32.Length;
        return value.GetValueOrDefault();
    }

    public override UInt128 Number128(UInt128? value)
    {
        BinaryPrimitives.WriteUInt128BigEndian(Room(16), value.GetValueOrDefault());
        Length += 16;
        return value.GetValueOrDefault();
    }

    public override ReadOnlyMemory<byte> Blob(ReadOnlyMemory<byte>? value)
    {
        var bytes = value.GetValueOrDefault();
        Number((ulong)bytes.Length);
        bytes.Span.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
        return bytes;
    }

    public override string Text(string? value)
    {
        var text = value ?? "";
        var bytes = Encoding.UTF8.GetByteCount(text);
        Number((ulong)bytes);
        Length += Encoding.UTF8.GetBytes(text, Room(bytes));
        return text;
    }

    public override string Name(string? value) => Text(value);

    public override Message Message(Message? value)
    {
        var room = Room(MessageLengthBytes + WireLimits.HeadBytesMax);
        var length = ReferenceEquals(value, _before) ? 0 : MessageCodec.Encode(value!, room[MessageLengthBytes..]);
        BinaryPrimitives.WriteUInt16BigEndian(room[1..], (ushort)length);
        room[0] = (byte)(length >> 16);
        Length += MessageLengthBytes + length;
        return _before = value!;
    }

    public override Payload Body(Payload? value)
    {
        Number((ulong)value!.Length);
        return value;
    }

    /// <summary>What is written needs no judgement.</summary>
    public override void Require(bool holds) { }

    protected override int Count(int? value) => (int)Number((ulong)value.GetValueOrDefault());

    private Span<byte> Room(int bytes)
    {
        if (_buffer.Length - Length < bytes) Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, Length + bytes));
        return _buffer.AsSpan(Length);
    }
}
