using Ferry.Protocol.Values;

namespace Ferry.Protocol.Recording;

/// <summary>How a turn of the core ended, as far as the recording knows.</summary>
public enum TurnEnd
{
    /// <summary>The recording was made while the turn was under way, or ends within it.</summary>
    Open,

    /// <summary>All its effects follow.</summary>
    Done,

    /// <summary>The core threw.</summary>
    Fault,

    /// <summary>It was too long to be kept.</summary>
    Omitted,
}

/// <summary>One input of the core and what came of it.</summary>
/// <param name="Input">Null for the core's start.</param>
/// <param name="Fault">What the core threw: the exception's type.</param>
public sealed record Turn(
    Instant At, Input? Input, IReadOnlyList<SealCall> Seals, IReadOnlyList<Effect> Effects, TurnEnd End, string? Fault);

/// <summary>
/// A turn as bytes. It is written as it goes on: first what came in, then what the key ring said, then the effects and
/// the end, each behind a mark, so that a turn that was cut off shows what is known of it.
/// </summary>
internal static class TurnShape
{
    private enum Mark { Seal, Effect, Done, Fault, Omitted }

    public static void Begin(FieldWriter writer, Instant at, Input? input)
    {
        writer.Clear();
        writer.Instant(at);
        writer.Optional(input, InputShapes.Inputs.Pass);
    }

    public static void Add(FieldWriter writer, SealCall call)
    {
        writer.Member<Mark>(Mark.Seal);
        SealCall.Cases.Pass(writer, call);
    }

    public static void Add(FieldWriter writer, Effect effect)
    {
        writer.Member<Mark>(Mark.Effect);
        EffectShapes.Effects.Pass(writer, effect);
    }

    public static void End(FieldWriter writer) => writer.Member<Mark>(Mark.Done);

    public static void Fault(FieldWriter writer, string fault)
    {
        writer.Member<Mark>(Mark.Fault);
        writer.Text(fault);
    }

    /// <summary>In place of a turn that is too long.</summary>
    public static void Omit(FieldWriter writer, Instant at)
    {
        Begin(writer, at, null);
        writer.Member<Mark>(Mark.Omitted);
    }

    public static void Write(FieldWriter writer, Turn turn)
    {
        Begin(writer, turn.At, turn.Input);
        foreach (var call in turn.Seals) Add(writer, call);
        foreach (var effect in turn.Effects) Add(writer, effect);
        if (turn.End == TurnEnd.Done) End(writer);
        else if (turn.End == TurnEnd.Fault) Fault(writer, turn.Fault ?? "");
        else if (turn.End == TurnEnd.Omitted) writer.Member<Mark>(Mark.Omitted);
    }

    /// <summary>Null when the bytes are no turn.</summary>
    public static Turn? Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new FieldReader(bytes);
        var at = reader.Instant(null);
        var input = reader.Optional<Input>(null, InputShapes.Inputs.Pass);
        var (seals, effects) = (new List<SealCall>(), new List<Effect>());
        var (end, fault) = (TurnEnd.Open, (string?)null);
        while (!reader.IsAtEnd && end == TurnEnd.Open)
        {
            switch (reader.Member<Mark>(null))
            {
                case Mark.Seal: seals.Add(SealCall.Cases.Pass(reader, null)); break;
                case Mark.Effect: effects.Add(EffectShapes.Effects.Pass(reader, null)); break;
                case Mark.Fault: (end, fault) = (TurnEnd.Fault, reader.Text(null)); break;
                case Mark.Omitted: end = TurnEnd.Omitted; break;
                default: end = TurnEnd.Done; break;
            }
        }
        return reader.IsDamaged || !reader.IsAtEnd ? null : new Turn(at, input, seals, effects, end, fault);
    }

    public static Turn Redact(FieldRedactor redactor, Turn turn) => turn with
    {
        Input = turn.Input is { } input ? InputShapes.Inputs.Pass(redactor, input) : null,
        Seals = [.. turn.Seals.Select(call => SealCall.Cases.Pass(redactor, call))],
        Effects = [.. turn.Effects.Select(effect => EffectShapes.Effects.Pass(redactor, effect))],
    };
}
