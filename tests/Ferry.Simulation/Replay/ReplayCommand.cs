using System.IO.Compression;
using Ferry.Protocol.Recording;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Replay;

/// <summary><c>replay FILE [--text]</c>: what a recording is, its turns as text, and whether it comes again.</summary>
internal static class ReplayCommand
{
    /// <summary>The ring, and what a node with many large transfers found in its log.</summary>
    private const int FileBytesMax = 512 * 1024 * 1024;

    /// <returns>0 when the core does the same again, 1 when not, 2 when that cannot be told.</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter errors)
    {
        var asText = args is [_, "--text"];
        if (args.Count != (asText ? 2 : 1))
        {
            errors.WriteLine("replay FILE [--text]: FILE is what 'ferry diagnose' writes");
            return 2;
        }
        var path = args[0];
        if (Load(path, errors) is not { } bytes) return 2;
        if (FlightRecording.TryRead(bytes) is not { } read)
        {
            errors.WriteLine($"{path} is no recording of this version, or damaged in its first lines");
            return 2;
        }
        var recording = read.Recording;
        Introduce(read.Note, recording, output);
        if (recording.IsWhole) return Replay(recording, asText ? turn => Tell(turn, output) : null, output);
        if (asText) foreach (var turn in recording.Turns()) Tell(turn, output);
        output.WriteLine($"cannot be replayed: {recording.Lost} turns before these were overwritten, the start too");
        return 2;
    }

    private static int Replay(FlightRecording recording, Action<Turn>? watch, TextWriter output)
    {
        var result = CoreReplay.Run(recording, watch);
        if (result.Difference is { } difference)
        {
            output.WriteLine($"{result.Turns} turns came again; then DIFFERENT: {Clean(difference)}");
            return 1;
        }
        output.WriteLine($"{result.Turns} turns came again, effect by effect");
        if (result.Ending is { } ending) output.WriteLine(Clean(ending));
        return 0;
    }

    private static void Introduce(RecordingNote note, FlightRecording recording, TextWriter output)
    {
        output.WriteLine(Clean($"node {recording.Options.Self.Short}, version {note.Program}, {note.WrittenAt:u}"));
        output.WriteLine(Clean($"written because: {note.Cause}"));
        output.WriteLine(note.HasNames ? "with names" : "names are pseudonyms");
    }

    private static void Tell(Turn? turn, TextWriter output)
    {
        if (turn is null)
        {
            output.WriteLine("(damaged from here on)");
            return;
        }
        var at = $"{turn.At.Microseconds / 1e6,12:F6}";
        output.WriteLine(Clean($"{at} * {(turn.Input is { } input ? Narration.Describe(input) : "start")}"));
        foreach (var call in turn.Seals) output.WriteLine(Clean($"{at}   key ring: {call}"));
        foreach (var effect in turn.Effects) output.WriteLine(Clean($"{at}   {Narration.Describe(effect)}"));
        if (turn.End != TurnEnd.Done) output.WriteLine(Clean($"{at}   {turn.End} {turn.Fault}"));
    }

    private static ReadOnlyMemory<byte>? Load(string path, TextWriter errors)
    {
        try
        {
            using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            var bytes = new MemoryStream();
            var part = new byte[64 * 1024];
            for (int read; (read = file.Read(part)) > 0 && bytes.Length <= FileBytesMax;) bytes.Write(part, 0, read);
            if (bytes.Length <= FileBytesMax) return bytes.ToArray();
            errors.WriteLine($"{path} is longer than any recording");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            errors.WriteLine($"{path} cannot be read: {e.Message}");
        }
        return null;
    }

    /// <summary>The file may come from anybody, and what is in it goes to a terminal.</summary>
    private static string Clean(string line) => string.Concat(line.Select(c => char.IsControl(c) ? '?' : c));
}
