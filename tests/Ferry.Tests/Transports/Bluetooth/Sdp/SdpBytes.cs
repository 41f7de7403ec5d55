using System.Buffers.Binary;
using System.Text;
using Ferry.Transports.Bluetooth.Sdp;

namespace Ferry.Tests.Transports.Bluetooth.Sdp;

/// <summary>Data elements, as a device would send them.</summary>
internal static class SdpBytes
{
    public static byte[] Sequence(params byte[][] items)
    {
        var content = items.SelectMany(item => item).ToArray();
        return [0x36, (byte)(content.Length >> 8), (byte)content.Length, .. content];
    }

    public static byte[] Byte(byte value) => [0x08, value];
    public static byte[] UInt16(ushort value) => [0x09, (byte)(value >> 8), (byte)value];
    public static byte[] ShortUuid(ushort value) => [0x19, (byte)(value >> 8), (byte)value];

    public static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [0x25, (byte)bytes.Length, .. bytes];
    }

    public static byte[] LongUuid(UInt128 value)
    {
        var bytes = new byte[17];
        bytes[0] = 0x1C;
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(1), value);
        return bytes;
    }

    public static byte[] Protocols(byte channel) => Sequence(
        Sequence(ShortUuid(0x0100)), Sequence(ShortUuid(0x0003), Byte(channel)));

    public static byte[] Record(string adapter, byte channel, string name) => Sequence(
        UInt16(FerryService.ProtocolsAttribute), Protocols(channel), UInt16(FerryService.NameAttribute), Text(name),
        UInt16(FerryService.AdapterAttribute), Text(adapter));

    public static byte[] Answer(ushort transaction, byte[] part, byte[] continuation)
    {
        byte[] parameters =
            [(byte)(part.Length >> 8), (byte)part.Length, .. part, (byte)continuation.Length, .. continuation];
        return
        [
            0x07, (byte)(transaction >> 8), (byte)transaction, (byte)(parameters.Length >> 8), (byte)parameters.Length,
            .. parameters,
        ];
    }
}
