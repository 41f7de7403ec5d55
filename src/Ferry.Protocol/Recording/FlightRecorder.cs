using Ferry.Protocol.Values;

namespace Ferry.Protocol.Recording;

/// <summary>
/// Keeps the last turns of a core: what came in, what the key ring said, which effects came of it. Bodies are not kept.
/// As long as nothing was overwritten, a core that is made anew from the same options and given the same inputs does
/// the same again, so a recording shows how a fault came about, and that its repair is one.
/// </summary>
public sealed class FlightRecorder
{
    /// <summary>Half a minute at full speed, hours of a node that has little to do.</summary>
    public const int BytesMax = 16 * 1024 * 1024;

    private readonly TurnRing _ring;
    private readonly int _turnBytesMax;
    private readonly EngineOptions _options;
    private readonly FieldWriter _turn = new();

    /// <summary>Worth nothing once the first turn is lost.</summary>
    private RecoveredState? _recovered;
    private Instant _at;

    public FlightRecorder(EngineOptions options, RecoveredState recovered, int bytesMax)
    {
        (_options, _recovered) = (options, recovered);
        _ring = new TurnRing(bytesMax);
        _turnBytesMax = bytesMax / 2;
    }

    public long Turns { get; private set; }

    /// <param name="input">Null for the core's start.</param>
    public void Begin(Instant now, Input? input)
    {
        Keep();
        _at = now;
        TurnShape.Begin(_turn, now, input);
    }

    public void Add(SealCall call) => TurnShape.Add(_turn, call);

    /// <summary>Before the effects are carried out: they give their bodies away.</summary>
    public void End(IReadOnlyList<Effect> effects)
    {
        // By index: an enumerator of an interface is an object for each turn.
        for (var at = 0; at < effects.Count; at++) TurnShape.Add(_turn, effects[at]);
        TurnShape.End(_turn);
        Keep();
    }

    /// <summary>The core threw.</summary>
    public void Fail(Exception fault)
    {
        TurnShape.Fault(_turn, fault.GetType().FullName ?? "");
        Keep();
    }

    /// <summary>What is known now, to be written out; a turn that is under way is its last.</summary>
    public FlightRecording Snapshot()
    {
        var open = _turn.Written.ToArray();
        return new FlightRecording(_options, _recovered, _ring.Lost, _ring.ToArray(), open);
    }

    private void Keep()
    {
        if (_turn.Length == 0) return;
        if (_turn.Length > _turnBytesMax) TurnShape.Omit(_turn, _at);
        _ring.Add(_turn.Written);
        _turn.Clear();
        Turns++;
        if (_ring.Lost > 0) _recovered = null;
    }
}
