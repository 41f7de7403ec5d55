using System.Collections.Concurrent;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Journal;
using Ferry.Storage.Store;

namespace Ferry.Storage.Downloads;

/// <summary>The unfinished downloads by content: those with a partial file, and those that wait for the disk.</summary>
internal sealed class OpenDownloads(ManifestFiles manifests, ChunkAssemblies assemblies)
{
    private readonly ConcurrentDictionary<ContentId, PartialFile> _files = [];

    /// <summary>Requested, but the disk has not taken the partial file yet.</summary>
    public ConcurrentDictionary<ContentId, StorageRequest.OpenDownload> Unopened { get; } = [];

    /// <summary>In the log, but the disk could not be read at start-up.</summary>
    public ConcurrentDictionary<ContentId, LoggedDownload> Postponed { get; } = [];

    /// <summary>Partial files of cancelled downloads that could not be deleted.</summary>
    public ConcurrentDictionary<ContentId, string> Undeleted { get; } = [];

    public PartialFile? Find(ContentId content) => _files.GetValueOrDefault(content);

    /// <summary>In the order of their ids, which is the order in which several of them are locked.</summary>
    public IReadOnlyList<PartialFile> Files() => [.. _files.Values.OrderBy(file => file.Content)];

    /// <summary>Whether a download's partial file has this path, even if it does not exist yet.</summary>
    public bool IsPart(string path) => _files.Values.Any(file => file.PartPath == path);

    /// <summary>A download is to get this path in the end.</summary>
    public bool IsAimedAt(string path) => _files.Values.Any(file => file.FinalPath == path);

    public void Add(PartialFile file) => _files[file.Content] = file;

    /// <summary>The download has ended, and its end is logged.</summary>
    public void Remove(PartialFile file)
    {
        _files.TryRemove(file.Content, out _);
        assemblies.Drop(file.Content, transfer: null);
        file.Dispose();
        manifests.Delete(file.Content);
    }
}
