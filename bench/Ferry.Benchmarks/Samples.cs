using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Benchmarks;

/// <summary>Values as they occur, the same in every run.</summary>
internal static class Samples
{
    public static readonly ContentId Content = new(Hash(2));

    public static NodeId Node(int number) => new(Hash((ulong)number + 1000));

    public static Envelope Envelope(int source) =>
        new(Node(source), Node(1), Sequence: 7, MetricMicroseconds: 12_345, Hops: 2, HopLimit: 30);

    public static FileTransfer Piece(int bytes, ulong sealNumber = 42) =>
        new(Envelope(3), new TransferId(17), Chunk: 5, Offset: 0, sealNumber, bytes + FileTransfer.SealBytes);

    public static HasFile HasFile { get; } = new(
        Envelope(3), new QueryId(99), Content, "music/album/a song with a name.flac", 31_415_926,
        [new ChunkRange(0, 480)]);

    private static Bytes32 Hash(ulong seed) => new(seed * 0x9E3779B97F4A7C15, seed * 0xC2B2AE3D27D4EB4F, seed, ~seed);
}
