using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Simulation.Node;
using Ferry.Storage.Store;

namespace Ferry.Simulation.Checkers;

/// <summary>
/// Finds nothing itself: keeps, for the checkers that ask, what the core of each node has been told to be durable of
/// each of its downloads. What a repair found to be lost is not durable any more.
/// </summary>
internal sealed class KnownDurable : Checker
{
    private readonly SortedDictionary<(int Node, ContentId Content), ChunkMap> _maps = [];

    /// <summary>Null before the download is open, and after its end.</summary>
    public ChunkMap? Of(SimNode node, ContentId content) => _maps.GetValueOrDefault((node.Index, content));

    public override void Recovered(SimNode node, ContentStore store)
    {
        foreach (var download in store.Recovered.Downloads)
            _maps[(node.Index, download.Manifest.Id)] = download.Durable.Copy();
    }

    public override void BeforeInput(SimNode node, Input input)
    {
        if (input is not Input.Stored stored) return;
        if (stored.Result is StorageResult.DownloadOpened opened)
            _maps[(node.Index, opened.Content)] = opened.Durable.Copy();
        if (stored.Result is not StorageResult.ChunksDurable durable) return;
        if (Of(node, durable.Content) is not { } map) return;
        foreach (var chunk in durable.Chunks) map.Add(chunk);
    }

    public override void Told(SimNode node, Notice notice)
    {
        if (notice is Notice.DownloadCompleted completed) _maps.Remove((node.Index, completed.Status.Content));
        if (notice is Notice.DownloadFailed failed) _maps.Remove((node.Index, failed.Status.Content));
    }

    public override void Died(SimNode node)
    {
        foreach (var key in _maps.Keys.Where(key => key.Node == node.Index).ToArray()) _maps.Remove(key);
    }
}
