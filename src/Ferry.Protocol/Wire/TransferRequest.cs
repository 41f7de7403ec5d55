using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>
/// Asks a holder for chunks. The first request of a session carries <paramref name="KeyOffer"/>; later ones add chunks.
/// With <paramref name="Again"/> the list replaces all that was asked before: what was in flight may be lost.
/// </summary>
/// <param name="Wanted">Chunks in the order in which they are wanted.</param>
/// <param name="WindowBytes">How much may be sent and not ACKed.</param>
/// <param name="PieceBytes">How much of a chunk one File Transfer carries at most; slow paths want little.</param>
/// <param name="KeyOffer">The requester's half of the key agreement, signed; empty once there are keys.</param>
internal sealed record TransferRequest(
    Envelope Envelope, TransferId Transfer, ContentId Content, IReadOnlyList<ChunkRange> Wanted,
    long WindowBytes, int PieceBytes, bool Again, ReadOnlyMemory<byte> KeyOffer)
    : SessionWord(Envelope, Transfer, Proof: default)
{
    public override MessageType Type => MessageType.TransferRequest;

    internal override void WriteSaid(ref WireWriter writer)
    {
        writer.Transfer(Transfer);
        writer.Content(Content);
        writer.Ranges(Wanted, RangeOrder.Wish);
        writer.Int64(WindowBytes, 0, WireLimits.WindowBytesMax);
        writer.Int32(PieceBytes, WireLimits.PieceBytesMin, WireLimits.PieceBytesMax);
        writer.Flag(Again);
        writer.Blob(KeyOffer.Span, WireLimits.KeyBytesMax);
    }

    internal static TransferRequest Read(ref WireReader reader) => new(
        Envelope: Envelope.Read(ref reader),
        Transfer: reader.Transfer(),
        Content: reader.Content(),
        Wanted: reader.Ranges(RangeOrder.Wish),
        WindowBytes: reader.Int64(0, WireLimits.WindowBytesMax),
        PieceBytes: reader.Int32(WireLimits.PieceBytesMin, WireLimits.PieceBytesMax),
        Again: reader.Flag(),
        KeyOffer: reader.Blob(WireLimits.KeyBytesMax))
    {
        Proof = reader.Blob(WireLimits.ProofBytesMax),
    };
}
