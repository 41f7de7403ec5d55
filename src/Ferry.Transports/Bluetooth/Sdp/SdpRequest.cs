using System.Buffers.Binary;

namespace Ferry.Transports.Bluetooth.Sdp;

/// <summary>
/// "Which records have Ferry's service, and what are their attributes?": a ServiceSearchAttributeRequest and its answer
/// (Bluetooth Core, volume 3, part B, section 4.7). An answer that does not fit one packet is fetched in parts: each
/// says with a continuation of its own where the next request goes on.
/// </summary>
internal static class SdpRequest
{
    /// <summary>A record of ours has some 120 bytes; nobody has so many nodes.</summary>
    public const int AnswerBytesMax = 16 * 1024;

    public const int HeaderBytes = 5;
    private const int ContinuationBytesMax = 16;
    private const byte RequestId = 0x06;
    private const byte AnswerId = 0x07;
    private const ushort AnswerPartMax = 0x0400;

    public static byte[] Write(ushort transaction, ReadOnlySpan<byte> continuation)
    {
        byte[] parameters =
        [
            // The records that have this UUID: a sequence of one.
            0x35, 17, 0x1C, .. ServiceUuidBytes(),
            AnswerPartMax >> 8, AnswerPartMax & 0xFF,
            // Of each, these attributes: a sequence of three 16-bit numbers, in ascending order.
            0x35, 9, .. AttributeNumber(FerryService.ProtocolsAttribute),
            .. AttributeNumber(FerryService.NameAttribute), .. AttributeNumber(FerryService.AdapterAttribute),
            (byte)continuation.Length, .. continuation,
        ];
        return [RequestId, .. BigEndian(transaction), .. BigEndian((ushort)parameters.Length), .. parameters];
    }

    /// <summary>
    /// The part of the attribute lists that this packet has, and the continuation to ask with for the next (empty: that
    /// was all). False when it is not an answer to that request.
    /// </summary>
    public static bool TryReadAnswer(
        ReadOnlySpan<byte> packet, ushort transaction, out ReadOnlySpan<byte> part, out ReadOnlySpan<byte> continuation)
    {
        part = continuation = default;
        if (packet.Length < HeaderBytes + sizeof(ushort) || packet[0] != AnswerId) return false;
        if (BinaryPrimitives.ReadUInt16BigEndian(packet[1..]) != transaction) return false;
        if (BinaryPrimitives.ReadUInt16BigEndian(packet[3..]) != packet.Length - HeaderBytes) return false;
        var partBytes = BinaryPrimitives.ReadUInt16BigEndian(packet[HeaderBytes..]);
        var rest = packet[(HeaderBytes + sizeof(ushort))..];
        if (rest.Length < partBytes + 1) return false;
        part = rest[..partBytes];
        continuation = rest[(partBytes + 1)..];
        return rest[partBytes] == continuation.Length && continuation.Length <= ContinuationBytesMax;
    }

    private static byte[] ServiceUuidBytes()
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, FerryService.ServiceUuid);
        return bytes;
    }

    private static byte[] AttributeNumber(ushort attribute) => [0x09, .. BigEndian(attribute)];

    private static byte[] BigEndian(ushort value) => [(byte)(value >> 8), (byte)value];
}
