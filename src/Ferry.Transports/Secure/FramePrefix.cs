namespace Ferry.Transports.Secure;

// What crosses a link after the handshake, in each direction: frames, one behind the other.
//
//   frame    = prefix payload
//   prefix   = flags(1) length(3, big endian, of the payload)         4 bytes
//   flags    = bit 0  channel: 0 control, 1 bulk
//              bit 1  kind: 0 head, 1 body
//              bit 2  last fragment of the head or of the body
//              others 0
//   payload  = head: a fragment of an encoded message, sealed with the link's key, and its tag of 16 bytes
//              body: a fragment of a File Transfer's body, as it is: the holder sealed it for the requester
//
// The prefix of a head is authenticated with it. That of a body is not: who changes it in transit breaks the order of
// frames, so that a later head does not open, and the body's own seal guards the bytes.
//
//   message  = head+ on the control channel, for everything but a File Transfer
//            | head+ body+ on the bulk channel, for a File Transfer; the bodies' lengths sum to its BodyBytes
//
// Control frames may stand between the frames of a bulk message, not the other way round within a message of one
// channel. No payload is longer than the receiver's FrameBytesMax; none but that of the Ready frame (the handshake's
// last) is empty of content.

/// <summary>The first 4 bytes of a frame.</summary>
internal readonly record struct FramePrefix(bool Bulk, bool Body, bool Last, int PayloadBytes)
{
    public const int Bytes = 4;
    private const byte BulkFlag = 1;
    private const byte BodyFlag = 2;
    private const byte LastFlag = 4;

    public void Write(Span<byte> destination)
    {
        destination[0] = (byte)((Bulk ? BulkFlag : 0) | (Body ? BodyFlag : 0) | (Last ? LastFlag : 0));
        destination[1] = (byte)(PayloadBytes >> 16);
        destination[2] = (byte)(PayloadBytes >> 8);
        destination[3] = (byte)PayloadBytes;
    }

    /// <summary>Null when a flag is set that does not exist, or a body stands on the control channel.</summary>
    public static FramePrefix? Read(ReadOnlySpan<byte> source)
    {
        var flags = source[0];
        if ((flags & ~(BulkFlag | BodyFlag | LastFlag)) != 0) return null;
        if ((flags & (BulkFlag | BodyFlag)) == BodyFlag) return null;
        return new FramePrefix(
            (flags & BulkFlag) != 0, (flags & BodyFlag) != 0, (flags & LastFlag) != 0,
            source[1] << 16 | source[2] << 8 | source[3]);
    }
}
