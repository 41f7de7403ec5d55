using System.Runtime.CompilerServices;

namespace Ferry.Simulation.World;

/// <summary>
/// What happened, in order. Always a hash, by which two runs are compared; as text only when asked for, because text
/// costs more than the simulation does.
/// </summary>
internal sealed class Trace(TextWriter? text)
{
    private const ulong Prime = 0x100000001B3;

    public ulong Hash { get; private set; } = 0xCBF29CE484222325;
    public bool HasText => text is not null;

    public void Add(long now, int node, int kind, long detail)
    {
        Mix((ulong)now);
        Mix(((ulong)(uint)node << 32) | (uint)kind);
        Mix((ulong)detail);
    }

    /// <summary>The text is put together only when it is wanted.</summary>
    public void Say(long now, string who, [InterpolatedStringHandlerArgument("")] ref TraceText line)
    {
        if (text is null) return;
        text.WriteLine($"{now / 1e6,12:F6} {who,-6} {line.ToStringAndClear()}");
    }

    private void Mix(ulong value) => Hash = (Hash ^ value) * Prime ^ (Hash >> 29);
}

/// <summary>Skips the formatting of a line that nobody reads.</summary>
[InterpolatedStringHandler]
internal ref struct TraceText
{
    private DefaultInterpolatedStringHandler _inner;
    private readonly bool _wanted;

    public TraceText(int literalLength, int formattedCount, Trace trace, out bool wanted)
    {
        wanted = _wanted = trace.HasText;
        _inner = wanted ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    public void AppendLiteral(string literal) => _inner.AppendLiteral(literal);
    public void AppendFormatted<T>(T value) => _inner.AppendFormatted(value);
    public string ToStringAndClear() => _wanted ? _inner.ToStringAndClear() : "";
}
