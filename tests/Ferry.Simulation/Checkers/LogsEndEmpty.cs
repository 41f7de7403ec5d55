using Ferry.Protocol.Values;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;
using Ferry.Storage.Store;

namespace Ferry.Simulation.Checkers;

/// <summary>
/// At rest the log has no entry on either side, and a power cut at that moment brings none back: a store opened on the
/// cruellest copy of each disk finds nothing to go on with.
/// </summary>
internal sealed class LogsEndEmpty(SimWorld world) : Checker
{
    public override void AtRest()
    {
        foreach (var node in world.Nodes.Where(node => !node.IsGone))
        {
            var keys = new SimKeyRing(node.Id, new SeededRandom(0));
            var copy = node.Disk.DurableCopy();
            using var store = ContentStore.Open(
                copy, new StoreOptions(SimNode.Home, SimNode.Downloads, KeepFreeBytes: 0), new DictionaryCatalog(),
                keys, node.Wall);
            var (uploads, downloads) = (store.Recovered.Uploads.Count, store.Recovered.Downloads.Count);
            if (uploads + downloads > 0)
                throw new SimFailure(
                    $"logs: {uploads} uploads and {downloads} downloads are left in the log of {node.Name}");
        }
    }
}
