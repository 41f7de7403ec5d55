using Ferry.Simulation.Node;
using Ferry.Simulation.World;
using Ferry.Storage.Store;

namespace Ferry.Simulation.Checkers;

/// <summary>Whoever is told that a log is damaged finds it where the warning says.</summary>
internal sealed class DamageIsKept : Checker
{
    public override void Recovered(SimNode node, ContentStore store)
    {
        if (!store.RecoveryWarnings.Any(warning => warning.Contains("is damaged", StringComparison.Ordinal))) return;
        node.World.Reached.Note(Rare.DamagedLog);
        if (node.Disk.FaultsMet > 0) return; // Then it cannot always be set aside.
        var isKept = node.Disk.Inspect(files => files.Keys.Any(path
            => path.StartsWith(SimNode.Log + "damaged-", StringComparison.Ordinal)));
        if (!isKept) throw new SimFailure($"damage: {node.Name} was told of a damaged log, and it is not kept");
    }
}
