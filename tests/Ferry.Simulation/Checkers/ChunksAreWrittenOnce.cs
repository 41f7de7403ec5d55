using Ferry.Simulation.Node;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Checkers;

/// <summary>
/// A chunk comes to the disk once, whatever came twice over the network: as many writes to partial files as the wished
/// contents have chunks. Only for scenarios without crashes and with healthy disks, which switch it on.
/// </summary>
internal sealed class ChunksAreWrittenOnce(SimWorld world) : Checker
{
    private readonly SortedDictionary<int, int> _writes = [];

    public bool IsOn { get; set; }

    public override void Written(SimNode node, string path)
    {
        if (path.EndsWith(".part", StringComparison.Ordinal))
            _writes[node.Index] = _writes.GetValueOrDefault(node.Index) + 1;
    }

    public override void AtRest()
    {
        if (!IsOn) return;
        foreach (var node in world.Nodes)
        {
            var chunks = node.User.Wishes.Sum(wish => wish.Content.Manifest.Layout.ChunkCount);
            var writes = _writes.GetValueOrDefault(node.Index);
            if (writes != chunks)
                throw new SimFailure($"chunks written: {node.Name} wrote {writes} times for {chunks} chunks");
        }
    }
}
