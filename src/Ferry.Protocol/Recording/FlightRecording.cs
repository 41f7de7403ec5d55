using System.Buffers.Binary;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Recording;

/// <summary>What somebody who reads a recording should know of it first.</summary>
/// <param name="Program">Which version made it: another may do other things with the same inputs.</param>
/// <param name="Cause">Why it was written.</param>
/// <param name="WrittenAt">By the wall clock.</param>
/// <param name="HasNames">Names of files, paths and searches are the real ones, not pseudonyms.</param>
public sealed record RecordingNote(string Program, string Cause, DateTimeOffset WrittenAt, bool HasNames);

/// <summary>What of a node's life is in a recording.</summary>
public readonly record struct RecordingExtent(long Turns, Instant First, Instant Last);

/// <summary>
/// A recording as it lies in a file: a note, what the core was made of, and its turns. Read back from bytes that
/// anybody may have made: what is damaged is told, and never throws.
/// </summary>
public sealed class FlightRecording
{
    public const int Version = 9;

    private static ReadOnlySpan<byte> Magic => "ferryrec"u8;

    private readonly ReadOnlyMemory<byte> _turns;
    private readonly ReadOnlyMemory<byte> _open;

    internal FlightRecording(
        EngineOptions options, RecoveredState? recovered, long lost, ReadOnlyMemory<byte> turns,
        ReadOnlyMemory<byte> open) =>
        (Options, Recovered, Lost, _turns, _open) = (options, recovered, lost, turns, open);

    public EngineOptions Options { get; }

    /// <summary>What the core started with; null when its start is not in the recording any more.</summary>
    public RecoveredState? Recovered { get; }

    /// <summary>Turns that were overwritten by later ones.</summary>
    public long Lost { get; }

    /// <summary>It begins at the core's start: it can be replayed.</summary>
    public bool IsWhole => Lost == 0 && Recovered is not null;

    /// <summary>The turns from the oldest to the last. Ends with a null where the bytes are damaged.</summary>
    public IEnumerable<Turn?> Turns()
    {
        for (var rest = _turns; !rest.IsEmpty;)
        {
            var length = rest.Length < TurnRing.LengthBytes ? -1 : BinaryPrimitives.ReadInt32BigEndian(rest.Span);
            var isThere = length >= 0 && length <= rest.Length - TurnRing.LengthBytes;
            var turn = isThere ? TurnShape.Read(rest.Slice(TurnRing.LengthBytes, length)) : null;
            yield return turn;
            if (turn is null) yield break;
            rest = rest[(TurnRing.LengthBytes + length)..];
        }
        if (!_open.IsEmpty) yield return TurnShape.Read(_open);
    }

    /// <param name="key">
    /// With which names are made pseudonyms: random and secret, the same for all recordings of a node's life. Null to
    /// leave the names in.
    /// </param>
    public RecordingExtent WriteTo(Action<ReadOnlySpan<byte>> sink, RecordingNote note, byte[]? key)
    {
        var redactor = key is null ? null : new FieldRedactor(key);
        var writer = new FieldWriter();
        WriteHead(writer, note with { HasNames = key is null }, redactor);
        sink(Magic);
        sink(writer.Written);
        Span<byte> length = stackalloc byte[TurnRing.LengthBytes];
        var extent = default(RecordingExtent);
        foreach (var turn in Turns())
        {
            if (turn is null) throw new InvalidOperationException("a turn was recorded that cannot be read");
            TurnShape.Write(writer, redactor is null ? turn : TurnShape.Redact(redactor, turn));
            BinaryPrimitives.WriteInt32BigEndian(length, writer.Length);
            sink(length);
            sink(writer.Written);
            var first = extent.Turns == 0 ? turn.At : extent.First;
            extent = new RecordingExtent(extent.Turns + 1, first, turn.At);
        }
        return extent;
    }

    /// <summary>Null when the bytes do not begin as a recording of this version does.</summary>
    public static (RecordingNote Note, FlightRecording Recording)? TryRead(ReadOnlyMemory<byte> file)
    {
        if (!file.Span.StartsWith(Magic)) return null;
        var reader = new FieldReader(file[Magic.Length..]);
        reader.Require(reader.Number(null) == Version);
        var note = new RecordingNote(
            reader.Text(null), reader.Text(null), WallTime(reader.Int64(null)), reader.Flag(null));
        var lost = reader.Int64(null);
        var options = StartShapes.Options(reader, null);
        var recovered = reader.Optional<RecoveredState>(null, StartShapes.Recovered);
        if (reader.IsDamaged) return null;
        return (note, new FlightRecording(options, recovered, lost, reader.Rest, default));
    }

    private void WriteHead(FieldWriter writer, RecordingNote note, FieldRedactor? redactor)
    {
        writer.Number(Version);
        writer.Text(note.Program);
        writer.Text(note.Cause);
        writer.Int64(note.WrittenAt.ToUnixTimeMilliseconds());
        writer.Flag(note.HasNames);
        writer.Int64(Lost);
        StartShapes.Options(writer, Options);
        var recovered = Recovered is { } state && redactor is not null
            ? StartShapes.Recovered(redactor, state) : Recovered;
        writer.Optional(recovered, StartShapes.Recovered);
    }

    private static DateTimeOffset WallTime(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(
        Math.Clamp(milliseconds, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
}
