using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Seals;

namespace Ferry.Benchmarks;

/// <summary>The end-to-end seal of a piece: what every byte meets twice, at the holder and at the requester.</summary>
[MemoryDiagnoser]
public class SealBenchmarks
{
    private readonly PieceCipher _cipher = new(RandomNumberGenerator.GetBytes(32));
    private byte[] _sealed = [];
    private byte[] _body = [];
    private byte[] _piece = [];
    private FileTransfer _header = Samples.Piece(1);

    [Params(16 * 1024, 64 * 1024, WireLimits.PieceBytesMax)]
    public int PieceBytes { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _header = Samples.Piece(PieceBytes);
        _piece = new byte[PieceBytes];
        _body = new byte[_header.BodyBytes];
        new Random(1).NextBytes(_body);
        _sealed = [.. _body];
        _cipher.TrySeal(_header, _sealed);
    }

    [GlobalCleanup]
    public void Wipe() => _cipher.Dispose();

    [Benchmark]
    public bool Seal() => _cipher.TrySeal(_header, _body);

    [Benchmark]
    public bool Open() => _cipher.TryOpen(_header, _sealed, _piece);
}
