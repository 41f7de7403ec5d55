using BenchmarkDotNet.Attributes;
using Ferry.Protocol.Content;

namespace Ferry.Benchmarks;

/// <summary>Verifying a chunk against the manifest: SHA-256 over all its bytes.</summary>
public class HashBenchmarks
{
    private byte[] _chunk = [];
    private Manifest? _manifest;

    [Params(ChunkLayout.ChunkBytesMin, 1 << 20, ChunkLayout.ChunkBytesMax)]
    public int ChunkBytes { get; set; }

    [GlobalSetup]
    public void Hash()
    {
        _chunk = new byte[ChunkBytes];
        new Random(1).NextBytes(_chunk);
        // A content whose chunks have this size: as many as are wanted of them.
        var size = (long)ChunkBytes * ChunkLayout.ChunksWanted;
        var leaves = new byte[ChunkLayout.For(size).ChunkCount * 32];
        System.Security.Cryptography.SHA256.HashData(_chunk).CopyTo(leaves, 0);
        _manifest = Manifest.Create(size, leaves);
    }

    [Benchmark]
    public bool Verify() => _manifest!.Verify(0, _chunk);
}
