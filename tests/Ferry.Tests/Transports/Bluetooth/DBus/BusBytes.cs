using System.Buffers.Binary;
using System.Text;

namespace Ferry.Tests.Transports.Bluetooth.DBus;

/// <summary>Values as D-Bus puts them on the wire (its specification, "Marshaling"), little-endian.</summary>
internal sealed class BusBytes
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public BusBytes Align(int boundary)
    {
        while (_bytes.Count % boundary != 0) _bytes.Add(0);
        return this;
    }

    public BusBytes Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public BusBytes UInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Align(4).Raw(bytes);
    }

    public BusBytes Int16(short value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteInt16LittleEndian(bytes, value);
        return Align(2).Raw(bytes);
    }

    public BusBytes Bool(bool value) => UInt32(value ? 1u : 0u);

    /// <summary>Also the name of an object.</summary>
    public BusBytes Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return UInt32((uint)bytes.Length).Raw(bytes).Raw(0);
    }

    public BusBytes Signature(string signature) =>
        Raw((byte)signature.Length).Raw(Encoding.ASCII.GetBytes(signature)).Raw(0);

    public BusBytes Variant(string signature, Action<BusBytes> value)
    {
        Signature(signature);
        value(this);
        return this;
    }

    /// <param name="boundary">That of an element: 8 for the entries of a dictionary.</param>
    public BusBytes Array(int boundary, Action<BusBytes> elements)
    {
        UInt32(0);
        var lengthAt = _bytes.Count - 4;
        Align(boundary);
        var start = _bytes.Count;
        elements(this);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, _bytes.Count - start);
        for (var i = 0; i < 4; i++) _bytes[lengthAt + i] = length[i];
        return this;
    }

    public BusBytes Dictionary<T>(IEnumerable<(string Key, T Value)> entries, Action<BusBytes, T> write) =>
        Array(8, bytes =>
        {
            foreach (var (key, value) in entries) write(bytes.Align(8).Text(key), value);
        });
}
