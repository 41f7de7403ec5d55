using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Simulation.Disk;
using Ferry.Storage.Disk;
using Ferry.Storage.Store;
using Path = System.IO.Path;

namespace Ferry.Simulation.Node;

/// <summary>
/// What a node offers: a dictionary where the program has an index. It outlives crashes, as an index that can be
/// rebuilt from the files does; what a crash took from the disk is no longer offered.
/// </summary>
internal sealed class SimCatalog : IShareCatalog
{
    private readonly SortedDictionary<ContentId, SharedSource> _sources = [];

    public IReadOnlyDictionary<ContentId, SharedSource> Sources => _sources;

    public void Share(SharedSource source) => _sources[source.Manifest.Id] = source;

    public IReadOnlyList<ShareMatch> Match(string text, ContentId? content, int hitsMax) =>
        [.. _sources.Values
            .Where(source => content is { } wanted ? source.Manifest.Id == wanted : source.Name == text)
            .Take(hitsMax)
            .Select(source => new ShareMatch(source.Manifest.Id, source.Name, source.Manifest.Layout.ContentBytes,
                source.Manifest.Layout.ChunkCount == 0 ? [] : [new ChunkRange(0, source.Manifest.Layout.ChunkCount)]))];

    public SharedSource? Find(ContentId content) => _sources.GetValueOrDefault(content);

    public void MarkChanged(ContentId content) => _sources.Remove(content);

    public void AddDownloaded(Manifest manifest, string path, FileStamp stamp) =>
        _sources[manifest.Id] = new SharedSource(manifest, Path.GetFileName(path), path, stamp);

    /// <summary>After a crash the index is compared with the files.</summary>
    public void Rescan(SimDisk disk)
    {
        var gone = disk.Inspect(files => _sources.Values
            .Where(source => !files.TryGetValue(source.Path, out var file) || file.Length != source.Stamp.Length)
            .Select(source => source.Manifest.Id).ToArray());
        foreach (var content in gone) _sources.Remove(content);
    }
}
