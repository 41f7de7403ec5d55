using BenchmarkDotNet.Attributes;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Recording;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Benchmarks;

/// <summary>What the flight recorder adds to a piece: at its requester, its relay and its holder.</summary>
[MemoryDiagnoser]
public class RecorderBenchmarks
{
    private static readonly LinkId Link = new(1);

    private readonly FlightRecorder _recorder = new(
        new EngineOptions { Self = default, Nickname = "node", Seed = default, FirstSequence = 1 },
        RecoveredState.Empty,
        FlightRecorder.BytesMax);
    private readonly Input.Received _received;
    private readonly Input.BulkSent _sent = new(Link, WireLimits.BodyBytesMax);
    private readonly Effect[] _persist;
    private readonly Effect[] _forward;
    private readonly Effect[] _send;
    private long _now;

    public RecorderBenchmarks()
    {
        var piece = Samples.Piece(WireLimits.PieceBytesMax);
        var body = new RecordedBody(WireLimits.BodyBytesMax);
        var content = default(ContentId);
        _received = new Input.Received(Link, piece, body);
        _persist = [new Effect.Store(new StorageRequest.PersistPiece(content, piece, body))];
        _forward = [new Effect.Forward(Link, default, piece with { Chunk = 2 }, body)];
        _send = [new Effect.SendPiece(Link, piece, content)];
    }

    [Benchmark]
    public void PieceAtRequester() => Turn(_received, _persist);

    [Benchmark]
    public void PieceAtRelay() => Turn(_received, _forward);

    [Benchmark]
    public void PieceAtHolder() => Turn(_sent, _send);

    private void Turn(Input input, Effect[] effects)
    {
        _recorder.Begin(new Instant(_now += 250), input);
        _recorder.End(effects);
    }
}
