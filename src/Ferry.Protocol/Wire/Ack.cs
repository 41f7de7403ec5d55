using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Wire;

/// <summary>These chunks are verified and durable at the requester: they survive a power cut.</summary>
/// <param name="Cumulative">All chunks below this index.</param>
/// <param name="Ranges">Further chunks, in order.</param>
/// <param name="WindowBytes">The new window.</param>
/// <param name="ReceivedBytes">Body bytes received so far, durable or not: a sign of life on slow links.</param>
internal sealed record Ack(
    Envelope Envelope, TransferId Transfer, int Cumulative, IReadOnlyList<ChunkRange> Ranges, long WindowBytes,
    long ReceivedBytes) : SessionWord(Envelope, Transfer, Proof: default)
{
    public override MessageType Type => MessageType.Ack;

    internal override void WriteSaid(ref WireWriter writer)
    {
        writer.Transfer(Transfer);
        writer.Int32(Cumulative, 0, ChunkLayout.ChunkCountMax);
        writer.Ranges(Ranges, RangeOrder.Ascending);
        writer.Int64(WindowBytes, 0, WireLimits.WindowBytesMax);
        writer.Int64(ReceivedBytes, 0, long.MaxValue);
    }

    internal static Ack Read(ref WireReader reader) => new(
        Envelope: Envelope.Read(ref reader),
        Transfer: reader.Transfer(),
        Cumulative: reader.Int32(0, ChunkLayout.ChunkCountMax),
        Ranges: reader.Ranges(RangeOrder.Ascending),
        WindowBytes: reader.Int64(0, WireLimits.WindowBytesMax),
        ReceivedBytes: reader.Int64(0, long.MaxValue))
    {
        Proof = reader.Blob(WireLimits.ProofBytesMax),
    };
}
