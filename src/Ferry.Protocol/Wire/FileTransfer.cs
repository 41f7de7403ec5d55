using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>
/// A piece of a chunk. The record is the head; the body, sealed from holder to requester, follows it and is passed
/// on untouched by relays (see <see cref="Payload"/>).
/// </summary>
/// <param name="Chunk">The chunk's index.</param>
/// <param name="Offset">Where in the chunk the piece starts, in bytes.</param>
/// <param name="SealNumber">The nonce under the session's key: never used twice.</param>
/// <param name="BodyBytes">Length of the sealed body: the piece and its 16-byte tag.</param>
public sealed record FileTransfer(
    Envelope Envelope, TransferId Transfer, int Chunk, int Offset, ulong SealNumber, int BodyBytes)
    : RoutedMessage(Envelope)
{
    /// <summary>What sealing adds to a piece: the tag of AES-GCM.</summary>
    public const int SealBytes = 16;

    public override MessageType Type => MessageType.FileTransfer;

    /// <summary>Bytes of content in the body.</summary>
    public int PieceBytes => BodyBytes - SealBytes;

    internal override void Write(ref WireWriter writer)
    {
        Envelope.Write(ref writer);
        writer.Transfer(Transfer);
        writer.Int32(Chunk, 0, ChunkLayout.ChunkCountMax - 1);
        writer.Int32(Offset, 0, ChunkLayout.ChunkBytesMax - 1);
        writer.UInt64(SealNumber);
        writer.Int32(BodyBytes, SealBytes + 1, WireLimits.BodyBytesMax);
    }

    internal static FileTransfer Read(ref WireReader reader) => new(
        Envelope: Envelope.Read(ref reader),
        Transfer: reader.Transfer(),
        Chunk: reader.Int32(0, ChunkLayout.ChunkCountMax - 1),
        Offset: reader.Int32(0, ChunkLayout.ChunkBytesMax - 1),
        SealNumber: reader.UInt64(),
        BodyBytes: reader.Int32(SealBytes + 1, WireLimits.BodyBytesMax));
}
