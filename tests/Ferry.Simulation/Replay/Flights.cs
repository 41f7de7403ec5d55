using Ferry.Protocol;
using Ferry.Protocol.Recording;
using Ferry.Simulation.Node;

namespace Ferry.Simulation.Replay;

/// <summary>The recordings of a run: one for each life of each node, as the program makes them.</summary>
internal sealed class Flights
{
    private readonly List<(string Who, FlightRecorder Recorder)> _all = [];

    public IReadOnlyList<(string Who, FlightRecorder Recorder)> All => _all;

    public FlightRecorder Start(SimNode node, EngineOptions options, RecoveredState recovered)
    {
        var recorder = new FlightRecorder(options, recovered, FlightRecorder.BytesMax);
        _all.Add(($"{node.Name}-{node.Life}", recorder));
        return recorder;
    }

    /// <param name="recorder">Null when the run is not recorded.</param>
    public static Engine EngineOf(
        EngineOptions options, SimKeyRing keys, PlainNetwork network, RecoveredState recovered,
        FlightRecorder? recorder) => recorder is null
        ? new Engine(options, keys, network, recovered)
        : new Engine(
            options, new RecordedKeyRing(keys, recorder.Add), new RecordedNetworkSeals(network, recorder.Add),
            recovered);
}
