using Ferry.Protocol;
using Ferry.Protocol.Recording;
using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Protocol.Recording;

public sealed class FlightRecorderTests
{
    private static readonly EngineOptions Options = Some.Options(Some.Node(1));
    private static readonly RecordingNote Note = new("1.2.3", "asked for", DateTimeOffset.UnixEpoch, HasNames: false);

    [Fact]
    public void Turns_come_back_from_a_file()
    {
        var recorder = new FlightRecorder(Options, RecoveredState.Empty, FlightRecorder.BytesMax);
        var turns = Record(recorder, rounds: 100);

        var (note, read) = Read(recorder, key: null);

        Assert.Equal(Note with { HasNames = true }, note);
        Assert.Equal(Options, read.Options);
        Assert.True(read.IsWhole);
        Assert.Equal(turns, read.Turns().Select(Described.Of));
    }

    [Fact]
    public void Names_are_in_a_file_only_when_asked_for()
    {
        var recorder = new FlightRecorder(Options, RecoveredState.Empty, FlightRecorder.BytesMax);
        recorder.Begin(Some.At(1), new Input.StartSearch(Some.Query(1), "tax return 2031", null));
        recorder.End([new Effect.Tell(new Notice.SearchEnded(Some.Query(1), [], 0, 0, 0))]);

        Assert.True(Bytes(recorder, key: null).AsSpan().IndexOf("tax return"u8) > 0);
        Assert.True(Bytes(recorder, key: [1, 2, 3]).AsSpan().IndexOf("tax return"u8) < 0);
        Assert.False(Read(recorder, key: [1, 2, 3]).Note.HasNames);
    }

    [Fact]
    public void What_is_new_takes_the_place_of_what_is_oldest()
    {
        var recorder = new FlightRecorder(Options, RecoveredState.Empty, bytesMax: 100_000);
        var turns = Record(recorder, rounds: 1000);

        var read = Read(recorder, key: null).Recording;

        var kept = read.Turns().Select(Described.Of).ToList();
        Assert.False(read.IsWhole);
        Assert.Null(read.Recovered);
        Assert.InRange(kept.Count, 10, 999);
        Assert.Equal(1000, read.Lost + kept.Count);
        Assert.Equal(turns[^kept.Count..], kept);
    }

    [Fact]
    public void A_turn_under_way_is_in_the_file_as_far_as_it_got()
    {
        var recorder = new FlightRecorder(Options, RecoveredState.Empty, FlightRecorder.BytesMax);
        recorder.Begin(Some.At(1), new Input.Cancel(Some.Content(1).Id, null));
        recorder.Add(new SealCall.Forgotten(Some.Transfer(1)));

        var turn = Assert.Single(Read(recorder, key: null).Recording.Turns())!;

        Assert.Equal(TurnEnd.Open, turn.End);
        Assert.IsType<Input.Cancel>(turn.Input);
        Assert.IsType<SealCall.Forgotten>(Assert.Single(turn.Seals));
    }

    [Fact]
    public void A_fault_of_the_core_is_in_the_file_without_its_words()
    {
        var recorder = new FlightRecorder(Options, RecoveredState.Empty, FlightRecorder.BytesMax);
        recorder.Begin(Some.At(1), new Input.Tick());
        recorder.Fail(new InvalidOperationException("/home/a/secret"));

        var turn = Assert.Single(Read(recorder, key: null).Recording.Turns())!;

        Assert.Equal((TurnEnd.Fault, "System.InvalidOperationException"), (turn.End, turn.Fault));
    }

    [Fact]
    public void A_turn_too_long_to_be_kept_is_told()
    {
        var recorder = new FlightRecorder(Options, RecoveredState.Empty, bytesMax: 2000);
        recorder.Begin(Some.At(1), new Input.StartSearch(Some.Query(1), new string('x', 1500), null));
        recorder.End([]);

        Assert.Equal(TurnEnd.Omitted, Assert.Single(Read(recorder, key: null).Recording.Turns())!.End);
    }

    [Fact]
    public void Damaged_bytes_are_survived()
    {
        var recorder = new FlightRecorder(Options, new RandomRecords(4).Next<RecoveredState>(), 20_000);
        Record(recorder, rounds: 60);
        var whole = Bytes(recorder, key: null);
        var random = new SeededRandom(5);
        var ends = 0;
        for (var round = 0; round < 5000; round++)
        {
            var bytes = (byte[])whole.Clone();
            for (var damages = 1 + random.Next(4); damages > 0; damages--)
                bytes[random.Next(bytes.Length)] = (byte)random.NextUInt64();
            var length = random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length;
            if (FlightRecording.TryRead(bytes.AsMemory(0, length)) is not { } read) ends++;
            else ends += read.Recording.Turns().Count(turn => turn is null);
        }
        Assert.InRange(ends, 1000, 5000);
    }

    [Fact]
    public void Damaged_bytes_cost_memory_in_proportion()
    {
        // A list that claims to be long, in a file that is not.
        var writer = new FieldWriter();
        TurnShape.Begin(writer, Some.At(1), new Input.Listening([]));
        var bytes = writer.Written.ToArray();
        bytes = [.. bytes[..^1], 0xFF, 0xFF, 0xFF, 0xFF, 0x07];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(TurnShape.Read(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }

    /// <summary>Random turns, as they ought to be read.</summary>
    private static List<string> Record(FlightRecorder recorder, int rounds)
    {
        var turns = new List<string>();
        for (var round = 0; round < rounds; round++)
        {
            var records = new RandomRecords((ulong)round + 1);
            var input = round == 0 ? null : records.Next<Input>();
            var call = records.Next<SealCall>();
            Effect[] effects = [records.Next<Effect>(), records.Next<Effect>()];
            recorder.Begin(Some.At(round), input);
            recorder.Add(call);
            recorder.End(effects);
            turns.Add(Described.Of(new Turn(Some.At(round), input, [call], effects, TurnEnd.Done, null)));
        }
        return turns;
    }

    private static (RecordingNote Note, FlightRecording Recording) Read(FlightRecorder recorder, byte[]? key)
    {
        var read = FlightRecording.TryRead(Bytes(recorder, key));
        Assert.NotNull(read);
        return read.Value;
    }

    private static byte[] Bytes(FlightRecorder recorder, byte[]? key)
    {
        var file = new MemoryStream();
        recorder.Snapshot().WriteTo(file.Write, Note, key);
        return file.ToArray();
    }
}
