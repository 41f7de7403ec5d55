using Ferry.Protocol.Content;

namespace Ferry.Protocol.Wire;

/// <summary>These chunks are verified and durable at the requester: a power cut cannot take them away.</summary>
/// <param name="Cumulative">All chunks below this index.</param>
/// <param name="Ranges">Further chunks, in order.</param>
/// <param name="WindowBytes">The new window.</param>
/// <param name="ReceivedBytes">Body bytes of this transfer received so far, durable or not: a sign of life on slow links.</param>
public sealed record Ack(
    Envelope Envelope, TransferId Transfer, int Cumulative, IReadOnlyList<ChunkRange> Ranges, long WindowBytes,
    long ReceivedBytes) : RoutedMessage(Envelope)
{
    public override MessageType Type => MessageType.Ack;
}
