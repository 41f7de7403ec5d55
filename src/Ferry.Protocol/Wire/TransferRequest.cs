using Ferry.Protocol.Content;

namespace Ferry.Protocol.Wire;

/// <summary>
/// Asks a holder for chunks. The first request of a session carries <paramref name="KeyOffer"/>; later ones add chunks.
/// With <paramref name="Again"/> the list replaces all that was asked before: what had been on its way may be lost.
/// </summary>
/// <param name="Wanted">Chunks in the order in which they are wanted.</param>
/// <param name="WindowBytes">How much may be sent and not ACKed.</param>
/// <param name="PieceBytes">How much of a chunk one File Transfer should carry at most (slow paths want small ones).</param>
/// <param name="KeyOffer">The requester's half of the key agreement, signed; empty once the session has its keys.</param>
public sealed record TransferRequest(
    Envelope Envelope, TransferId Transfer, ContentId Content, IReadOnlyList<ChunkRange> Wanted,
    long WindowBytes, int PieceBytes, bool Again, ReadOnlyMemory<byte> KeyOffer) : RoutedMessage(Envelope)
{
    public override MessageType Type => MessageType.TransferRequest;
}
