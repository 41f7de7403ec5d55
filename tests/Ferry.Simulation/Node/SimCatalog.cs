using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Simulation.Disk;
using Ferry.Simulation.World;
using Ferry.Storage.Disk;
using Ferry.Storage.Shares;
using Path = System.IO.Path;

namespace Ferry.Simulation.Node;

/// <summary>
/// What a node offers: a dictionary where the program has an index. It outlives crashes, as an index that can be
/// rebuilt from the files does; what a crash took from the disk is no longer offered.
/// </summary>
internal sealed class SimCatalog(SimWorld world, SimDisk disk) : IShareCatalog
{
    /// <summary>The index looks again at a file that was not what it had been.</summary>
    private static readonly TimeSpan RehashAfter = TimeSpan.FromSeconds(5);

    private readonly SortedDictionary<ContentId, SharedSource> _sources = [];

    public IReadOnlyDictionary<ContentId, SharedSource> Sources => _sources;

    /// <summary>Puts a content into the shares, durably, as if it had lain there for long.</summary>
    public void Share(SimContent content)
    {
        var path = $"{SimNode.Shares}/{content.Name}";
        using (var file = disk.Open(path, DiskOpen.CreateNew))
        {
            file.Write(content.Bytes, 0);
            file.Flush();
        }
        disk.FlushDirectory(SimNode.Shares);
        Offer(content, path);
    }

    /// <summary>The content lies there now.</summary>
    public void Offer(SimContent content, string path) => disk.Inspect(_ =>
        _sources[content.Id] = new SharedSource(content.Manifest, content.Name, path, disk.Stamp(path)!.Value));

    public IReadOnlyList<ShareMatch> Match(string text, ContentId? content, int hitsMax) =>
        [.. _sources.Values
            .Where(source => content is { } wanted ? source.Manifest.Id == wanted : source.Name == text)
            .Take(hitsMax)
            .Select(source => new ShareMatch(source.Manifest.Id, source.Name, source.Manifest.Layout.ContentBytes,
                source.Manifest.Layout.ChunkCount == 0 ? [] : [new ChunkRange(0, source.Manifest.Layout.ChunkCount)]))];

    public SharedSource? Find(ContentId content) => _sources.GetValueOrDefault(content);

    public void MarkChanged(ContentId content)
    {
        if (_sources.Remove(content, out var source)) world.After(RehashAfter, () => Rehash(source));
    }

    public void AddDownloaded(Manifest manifest, string path, FileStamp stamp) =>
        _sources[manifest.Id] = new SharedSource(manifest, Path.GetFileName(path), path, stamp);

    /// <summary>After a crash the index is compared with the files.</summary>
    public void Rescan()
    {
        var gone = disk.Inspect(_ => _sources.Values
            .Where(source => disk.Stamp(source.Path) != source.Stamp)
            .Select(source => source.Manifest.Id).ToArray());
        foreach (var content in gone) _sources.Remove(content);
    }

    private void Rehash(SharedSource source)
    {
        var content = world.Contents[source.Manifest.Id];
        var isWhole = disk.Inspect(files =>
            files.TryGetValue(source.Path, out var file) && file.Seen.SequenceEqual(content.Bytes));
        if (isWhole) Offer(content, source.Path);
    }
}
