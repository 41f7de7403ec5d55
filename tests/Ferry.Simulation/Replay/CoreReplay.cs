using Ferry.Protocol;
using Ferry.Protocol.Recording;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Replay;

/// <param name="Turns">How many turns went as they did when they were recorded.</param>
/// <param name="Difference">The first thing that went otherwise; null when nothing did.</param>
/// <param name="Ending">How the recording ends, when not with a turn that was over.</param>
internal sealed record ReplayResult(long Turns, string? Difference, string? Ending);

/// <summary>
/// Makes a core of what a recorded one was made of, hands it the recorded inputs at the recorded instants, and compares
/// every effect. A fault that was recorded is expected: that it comes again shows how it comes about.
/// </summary>
internal static class CoreReplay
{
    /// <param name="recording">One that <see cref="FlightRecording.IsWhole">is whole</see>.</param>
    /// <param name="watch">Sees each turn before it is replayed.</param>
    public static ReplayResult Run(FlightRecording recording, Action<Turn>? watch = null)
    {
        var seals = new ReplayKeyRing();
        var engine = new Engine(recording.Options, seals, seals, recording.Recovered!);
        var outbox = new Outbox();
        long done = 0;
        foreach (var turn in recording.Turns())
        {
            if (turn is null) return new ReplayResult(done, null, "the bytes that follow are damaged");
            watch?.Invoke(turn);
            if (turn.End == TurnEnd.Open) return new ReplayResult(done, null, $"it ends within a turn: {Of(turn)}");
            if (turn.End == TurnEnd.Omitted) return new ReplayResult(done, null, "a turn was too long to be kept");
            seals.Load(turn.Seals);
            outbox.Clear();
            var fault = Play(engine, turn, outbox);
            if (Difference(turn, outbox, seals, fault) is { } difference)
                return new ReplayResult(done, $"turn {done + 1}, {Of(turn)}: {difference}", null);
            done++;
            if (fault is not null) return new ReplayResult(done, null, $"the recorded fault comes again: {fault}");
        }
        return new ReplayResult(done, null, null);
    }

    private static Exception? Play(Engine engine, Turn turn, Outbox outbox)
    {
        try
        {
            if (turn.Input is { } input) engine.Handle(turn.At, input, outbox);
            else engine.Start(turn.At, outbox);
            return null;
        }
#pragma warning disable CA1031 // Not swallowed: compared with what was recorded, and told.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return fault;
        }
    }

    private static string? Difference(Turn turn, Outbox outbox, ReplayKeyRing seals, Exception? fault)
    {
        if (fault is ReplayDifferenceException) return fault.Message;
        var type = fault?.GetType().FullName;
        if (type != turn.Fault) return $"recorded fault: {turn.Fault ?? "none"}; now: {fault?.ToString() ?? "none"}";
        if (fault is not null) return null;
        for (var at = 0; at < Math.Max(turn.Effects.Count, outbox.Effects.Count); at++)
        {
            var recorded = turn.Effects.ElementAtOrDefault(at);
            var now = outbox.Effects.ElementAtOrDefault(at);
            if (recorded is null || now is null || !IsSame(recorded, now))
                return $"effect {at + 1} recorded: {Of(recorded)}; now: {Of(now)}";
        }
        return seals.Left == 0 ? null : $"{seals.Left} recorded calls of the key ring do not come";
    }

    /// <summary>As bytes: all that was recorded counts, and nothing else does.</summary>
    private static bool IsSame(Effect recorded, Effect now) => Bytes(recorded).AsSpan().SequenceEqual(Bytes(now));

    private static byte[] Bytes(Effect effect)
    {
        var writer = new FieldWriter();
        EffectShapes.Effects.Pass(writer, effect);
        return writer.Written.ToArray();
    }

    private static string Of(Turn turn) =>
        $"{turn.At.Microseconds / 1e6:F6} s, {(turn.Input is { } input ? Narration.Describe(input) : "start")}";

    private static string Of(Effect? effect) => effect is null ? "none" : $"{Narration.Describe(effect)} ({effect})";
}
