using System.Security.Cryptography;
using Ferry.Protocol;
using Ferry.Protocol.Recording;
using Ferry.Protocol.Values;

namespace Ferry.Runtime.Diagnostics;

/// <summary>
/// The flight recorder of a node. Written by the loop alone; read by anybody at any moment, also while the loop hangs
/// in a turn: that is when it is wanted most.
/// </summary>
internal sealed class NodeRecorder(EngineOptions options, RecoveredState recovered)
{
    private readonly Lock _gate = new();
    private readonly FlightRecorder _recorder = new(options, recovered, FlightRecorder.BytesMax);

    /// <summary>
    /// Makes names into pseudonyms. Never written: whoever has a recording cannot try names out, and whoever has
    /// several of one run can tell which speak of the same file.
    /// </summary>
    public byte[] PseudonymKey { get; } = RandomNumberGenerator.GetBytes(32);

    public void Begin(Instant now, Input? input)
    {
        lock (_gate) _recorder.Begin(now, input);
    }

    public void Add(SealCall call)
    {
        lock (_gate) _recorder.Add(call);
    }

    public void End(IReadOnlyList<Effect> effects)
    {
        lock (_gate) _recorder.End(effects);
    }

    public void Fail(Exception fault)
    {
        lock (_gate) _recorder.Fail(fault);
    }

    public FlightRecording Snapshot()
    {
        lock (_gate) return _recorder.Snapshot();
    }
}
