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
}
