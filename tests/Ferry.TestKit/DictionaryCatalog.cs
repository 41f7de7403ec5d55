using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Shares;
using Ferry.Storage.Trees;
using Path = System.IO.Path;

namespace Ferry.TestKit;

/// <summary>What a node offers: a dictionary where the program has an index. In order, so that runs repeat.</summary>
internal sealed class DictionaryCatalog : IShareCatalog
{
    private readonly SortedDictionary<ContentId, SharedSource> _sources = [];

    public IReadOnlyDictionary<ContentId, SharedSource> Sources => _sources;

    /// <summary>Contents that the store found to be something else than what was hashed.</summary>
    public List<ContentId> Changed { get; } = [];

    /// <summary>Contents that somebody got other bytes for.</summary>
    public List<ContentId> Doubted { get; } = [];

    /// <summary>Contents whose files are being hashed again.</summary>
    public HashSet<ContentId> Rehashing { get; } = [];

    /// <summary>Paths of downloads that came to their end.</summary>
    public List<string> Downloaded { get; } = [];

    /// <summary>Told what <see cref="MarkChanged"/> has taken out.</summary>
    public Action<SharedSource> TakenOut { get; set; } = _ => { };

    public void Add(SharedSource source) => _sources[source.Manifest.Id] = source;

    public void Remove(ContentId content) => _sources.Remove(content);

    public ShareMatches Match(string text, ContentId? content, int hitsMax, bool similar) => ShareMatches.Of(
        [.. _sources.Values
            .Where(source => content is { } wanted ? source.Manifest.Id == wanted : source.Name == text)
            .Take(hitsMax)
            .Select(source => ToMatch(source.Name, source.Manifest.Id, source.Manifest.Layout))]);

    public string? PathOf(ContentId content, string name) =>
        Find(content) is { } source && Path.GetFileName(source.Path) == Path.GetFileName(name) ? source.Path : null;

    private static ShareMatch ToMatch(string name, ContentId content, ChunkLayout layout) => new(
        content, name, layout.ContentBytes, layout.ChunkCount == 0 ? [] : [new ChunkRange(0, layout.ChunkCount)]);

    public SharedSource? Find(ContentId content) => _sources.GetValueOrDefault(content);

    public SharedSource? FolderAt(string path) =>
        _sources.Values.FirstOrDefault(source => source.Path == path && source.Folder is not null);

    public bool IsInDoubt(ContentId content) => Rehashing.Contains(content);

    public void MarkChanged(ContentId content)
    {
        Changed.Add(content);
        if (_sources.Remove(content, out var source)) TakenOut(source);
    }

    public void Doubt(ContentId content) => Doubted.Add(content);

    public void AddDownloaded(Manifest manifest, string path, FileStamp stamp)
    {
        Downloaded.Add(path);
        Add(new SharedSource(manifest, Path.GetFileName(path), path, stamp));
    }

    public void AddDownloadedFolder(Manifest manifest, string path, FolderMap map)
    {
        Downloaded.Add(path);
        Add(new SharedSource(manifest, Path.GetFileName(path), path, default) { Folder = map });
    }
}
