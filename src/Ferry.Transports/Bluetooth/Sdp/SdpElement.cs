using System.Buffers.Binary;
using System.Text;

namespace Ferry.Transports.Bluetooth.Sdp;

/// <summary>
/// A data element of the Service Discovery Protocol (Bluetooth Core, volume 3, part B, section 3). Reading never throws
/// and is bounded: an element holds no more than the bytes it came in, and nests no deeper than a record needs.
/// </summary>
internal abstract record SdpElement
{
    private const int DepthMax = 8;

    private SdpElement() { }

    /// <summary>Unsigned; up to 8 bytes.</summary>
    public sealed record Number(ulong Value) : SdpElement;

    /// <summary>In full length: the short forms stand for <c>xxxxxxxx-0000-1000-8000-00805F9B34FB</c>.</summary>
    public sealed record Uuid(UInt128 Value) : SdpElement;

    public sealed record Text(string Value) : SdpElement;

    /// <summary>A sequence, or alternatives.</summary>
    public sealed record Sequence(IReadOnlyList<SdpElement> Items) : SdpElement;

    /// <summary>Of a type that Ferry has no use for.</summary>
    public sealed record Other : SdpElement;

    public static UInt128 ShortUuid(uint value) => new(((ulong)value << 32) | 0x1000, 0x8000_0080_5F9B_34FB);

    /// <summary>Takes one element off the front; null when the bytes are not one.</summary>
    public static SdpElement? Take(ref ReadOnlySpan<byte> bytes) => Take(ref bytes, DepthMax);

    private static SdpElement? Take(ref ReadOnlySpan<byte> bytes, int depth)
    {
        if (!TakeContent(ref bytes, out var type, out var content)) return null;
        return type switch
        {
            1 when content.Length <= sizeof(ulong) => new Number(BigEndian(content)),
            3 => ReadUuid(content),
            4 => new Text(Encoding.UTF8.GetString(content)),
            6 or 7 => depth > 0 ? ReadItems(content, depth - 1) : null,
            _ => new Other(),
        };
    }

    /// <summary>The first byte: the type in five bits, and in three how the length is told.</summary>
    private static bool TakeContent(ref ReadOnlySpan<byte> bytes, out int type, out ReadOnlySpan<byte> content)
    {
        type = 0;
        content = default;
        if (bytes.IsEmpty) return false;
        type = bytes[0] >> 3;
        var size = bytes[0] & 7;
        var rest = bytes[1..];
        long length;
        if (size < 5) length = type == 0 ? 0 : 1 << size;
        else
        {
            var lengthBytes = 1 << (size - 5);
            if (rest.Length < lengthBytes) return false;
            length = (long)BigEndian(rest[..lengthBytes]);
            rest = rest[lengthBytes..];
        }

        if (length > rest.Length) return false;
        content = rest[..(int)length];
        bytes = rest[(int)length..];
        return true;
    }

    private static Sequence? ReadItems(ReadOnlySpan<byte> content, int depth)
    {
        var items = new List<SdpElement>();
        while (!content.IsEmpty)
        {
            if (Take(ref content, depth) is not { } item) return null;
            items.Add(item);
        }

        return new Sequence(items);
    }

    private static Uuid? ReadUuid(ReadOnlySpan<byte> content) => content.Length switch
    {
        2 or 4 => new Uuid(ShortUuid((uint)BigEndian(content))),
        16 => new Uuid(BinaryPrimitives.ReadUInt128BigEndian(content)),
        _ => null,
    };

    private static ulong BigEndian(ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        foreach (var octet in bytes) value = value << 8 | octet;
        return value;
    }
}
