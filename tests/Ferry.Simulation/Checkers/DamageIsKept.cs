using Ferry.Simulation.Node;
using Ferry.Simulation.World;
using Ferry.Storage.Store;

namespace Ferry.Simulation.Checkers;

/// <summary>A log that is found damaged is told of, and kept where the store says.</summary>
internal sealed class DamageIsKept : Checker
{
    public override void Recovered(SimNode node, ContentStore store)
    {
        if (store.DamagedLogs.Count == 0) return;
        node.World.Reached.Note(Rare.DamagedLog);
        if (store.RecoveryWarnings.Count == 0) throw new SimFailure($"damage: nobody is told of it at {node.Name}");
        if (node.Disk.FaultsMet > 0) return; // Then it cannot always be set aside.
        var missing = node.Disk.Inspect(files => store.DamagedLogs.FirstOrDefault(path => !files.ContainsKey(path)));
        if (missing is not null)
            throw new SimFailure($"damage: {node.Name} found a damaged log, and it is not kept as {missing}");
    }
}
