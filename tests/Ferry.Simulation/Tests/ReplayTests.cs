using Ferry.Protocol;
using Ferry.Protocol.Recording;
using Ferry.Protocol.Values;
using Ferry.Simulation.Replay;
using Ferry.Simulation.Scenarios;
using Ferry.Simulation.World;
using Xunit;

namespace Ferry.Simulation.Tests;

/// <summary>A recorded core does the same again, with names and with pseudonyms; an altered recording is found out.
/// </summary>
public sealed class ReplayTests
{
    private static readonly RecordingNote Note = new("test", "test", DateTimeOffset.UnixEpoch, HasNames: false);

    [Fact]
    public void Every_life_of_every_node_comes_again()
    {
        foreach (var scenario in Catalogue.All)
        {
            var flights = new Flights();
            Assert.Null(SimRun.Execute(scenario, seed: 1, flights: flights).Failure);
            foreach (var (who, recorder) in flights.All)
            {
                foreach (var key in (byte[]?[])[null, [1, 2, 3]])
                {
                    var result = CoreReplay.Run(Read(recorder, key));
                    Assert.True(result.Difference is null, $"{scenario.Name} {who}: {result.Difference}");
                    Assert.Equal(recorder.Turns, result.Turns);
                }
            }
        }
    }

    [Fact]
    public void A_moment_or_a_seed_that_was_altered_is_found_out()
    {
        var flights = new Flights();
        SimRun.Execute(Catalogue.Find("two-nodes")!, seed: 1, flights: flights);
        // The requester: a holder has no use for chance.
        var recording = flights.All.Select(flight => Read(flight.Recorder, key: null))
            .First(flight => flight.Turns().Any(turn => turn?.Input is Input.StartDownload));
        var turns = recording.Turns().OfType<Turn>().ToList();
        var last = turns.FindLastIndex(turn => turn is { Input: Input.Received, Effects.Count: > 0 });

        Assert.Null(CoreReplay.Run(Made(recording.Options, turns)).Difference);
        Assert.NotNull(CoreReplay.Run(Made(recording.Options with { Seed = default }, turns)).Difference);
        turns[last] = turns[last] with { Effects = turns[last].Effects.Skip(1).ToList() };
        Assert.StartsWith($"turn {last + 1}, ", CoreReplay.Run(Made(recording.Options, turns)).Difference);
    }

    [Fact]
    public void A_fault_comes_again()
    {
        // No link has this number twice in its life: the core does not stand it.
        var recorder = new FlightRecorder(Options, RecoveredState.Empty, FlightRecorder.BytesMax);
        var seals = new ReplayKeyRing();
        var engine = new Engine(Options, seals, seals, RecoveredState.Empty);
        var outbox = new Outbox();
        recorder.Begin(default, null);
        engine.Start(default, outbox);
        recorder.End(outbox.Effects);
        var up = new Input.LinkUp(
            new LinkId(1),
            new Protocol.Wire.Join(1, 1, new NodeId(new Bytes32(2, 0, 0, 0)), "peer", 1 << 20, default, Run: 0),
            new LinkTraits("tcp", 1 << 20, 1, TimeSpan.Zero), "path", "address", Dialed: true);
        for (var time = 1; time <= 2; time++)
        {
            outbox.Clear();
            recorder.Begin(new Instant(time), up);
            var fault = Record.Exception(() => engine.Handle(new Instant(time), up, outbox));
            if (fault is null) recorder.End(outbox.Effects);
            else recorder.Fail(fault);
        }

        var result = CoreReplay.Run(Read(recorder, key: null));

        Assert.Null(result.Difference);
        Assert.Equal(3, result.Turns);
        Assert.Contains("comes again", result.Ending, StringComparison.Ordinal);
    }

    private static EngineOptions Options => new()
    {
        Self = new NodeId(new Bytes32(1, 0, 0, 0)), Nickname = "node", Seed = default, FirstSequence = 1,
    };

    private static FlightRecording Made(EngineOptions options, IReadOnlyList<Turn> turns)
    {
        var recorder = new FlightRecorder(options, RecoveredState.Empty, FlightRecorder.BytesMax);
        foreach (var turn in turns)
        {
            recorder.Begin(turn.At, turn.Input);
            foreach (var call in turn.Seals) recorder.Add(call);
            recorder.End(turn.Effects);
        }
        return Read(recorder, key: null);
    }

    private static FlightRecording Read(FlightRecorder recorder, byte[]? key)
    {
        var file = new MemoryStream();
        recorder.Snapshot().WriteTo(file.Write, Note, key);
        var read = FlightRecording.TryRead(file.ToArray());
        Assert.NotNull(read);
        Assert.True(read.Value.Recording.IsWhole, "the ring is too small for this run");
        return read.Value.Recording;
    }
}
