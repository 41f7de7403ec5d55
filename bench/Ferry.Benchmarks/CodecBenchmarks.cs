using BenchmarkDotNet.Attributes;
using Ferry.Protocol.Wire;

namespace Ferry.Benchmarks;

/// <summary>A control message, and the head of a File Transfer: one of these for every piece.</summary>
[MemoryDiagnoser]
public class CodecBenchmarks
{
    private readonly byte[] _buffer = new byte[WireLimits.HeadBytesMax];
    private readonly FileTransfer _piece = Samples.Piece(WireLimits.PieceBytesMax);
    private byte[] _pieceHead = [];
    private byte[] _hasFileHead = [];

    [GlobalSetup]
    public void Encode()
    {
        _pieceHead = _buffer[..MessageCodec.Encode(_piece, _buffer)];
        _hasFileHead = _buffer[..MessageCodec.Encode(Samples.HasFile, _buffer)];
    }

    [Benchmark]
    public int EncodeFileTransfer() => MessageCodec.Encode(_piece, _buffer);

    [Benchmark]
    public Message? DecodeFileTransfer()
    {
        MessageCodec.Decode(_pieceHead, out var message);
        return message;
    }

    [Benchmark]
    public int EncodeHasFile() => MessageCodec.Encode(Samples.HasFile, _buffer);

    [Benchmark]
    public Message? DecodeHasFile()
    {
        MessageCodec.Decode(_hasFileHead, out var message);
        return message;
    }
}
