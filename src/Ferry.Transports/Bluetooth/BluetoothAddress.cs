using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Ferry.Transports.Bluetooth;

/// <summary>The 48-bit address of a Bluetooth controller, written <c>AA:BB:CC:DD:EE:FF</c>.</summary>
public readonly record struct BluetoothAddress
{
    public const int Bytes = 6;
    public const int TextChars = 17;

    private readonly ulong _value;

    private BluetoothAddress(ulong value) => _value = value;

    /// <summary>All zero: no device, or whichever adapter there is.</summary>
    public bool IsNone => _value == 0;

    /// <summary>Six pairs of hexadecimal digits with colons between them, and nothing else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out BluetoothAddress? address)
    {
        address = null;
        if (text.Length != TextChars) return false;
        var value = 0UL;
        for (var at = 0; at < TextChars; at += 3)
        {
            if (at > 0 && text[at - 1] != ':') return false;
            if (!byte.TryParse(text.Slice(at, 2), NumberStyles.AllowHexSpecifier, null, out var octet)) return false;
            value = value << 8 | octet;
        }
        address = new BluetoothAddress(value);
        return true;
    }

    /// <summary>From the system's form, which has the last byte first.</summary>
    public static BluetoothAddress Read(ReadOnlySpan<byte> reversed)
    {
        var value = 0UL;
        for (var at = Bytes - 1; at >= 0; at--) value = value << 8 | reversed[at];
        return new BluetoothAddress(value);
    }

    /// <summary>In the system's form, which has the last byte first.</summary>
    public void Write(Span<byte> reversed)
    {
        for (var at = 0; at < Bytes; at++) reversed[at] = (byte)(_value >> (8 * at));
    }

    public override string ToString()
    {
        var digits = $"{_value:X12}";
        return string.Join(':', Enumerable.Range(0, Bytes).Select(at => digits.Substring(2 * at, 2)));
    }
}
