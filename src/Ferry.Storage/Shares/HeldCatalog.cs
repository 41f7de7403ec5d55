using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Trees;

namespace Ferry.Storage.Shares;

/// <summary>
/// What this node offers to everybody, and behind it what it holds for some: that is found by its content only, never
/// by a search.
/// </summary>
/// <param name="held">Null while nothing is held.</param>
public sealed class HeldCatalog(IShareCatalog shares, Func<IShareCatalog?> held) : IShareCatalog
{
    public ShareMatches Match(string text, ContentId? content, int hitsMax, bool similar) =>
        shares.Match(text, content, hitsMax, similar);

    public string? PathOf(ContentId content, string name) => shares.PathOf(content, name);

    public SharedSource? Find(ContentId content) => shares.Find(content)
        ?? (held()?.Find(content) is { } source ? source with { IsPrivate = true } : null);

    public SharedSource? FolderAt(string path) => shares.FolderAt(path);

    public void MarkChanged(ContentId content)
    {
        shares.MarkChanged(content);
        held()?.MarkChanged(content);
    }

    public void Doubt(ContentId content)
    {
        shares.Doubt(content);
        held()?.Doubt(content);
    }

    public bool IsInDoubt(ContentId content) => shares.IsInDoubt(content) || held()?.IsInDoubt(content) == true;

    public void AddDownloaded(Manifest manifest, string path, FileStamp stamp) =>
        shares.AddDownloaded(manifest, path, stamp);

    public void AddDownloadedFolder(Manifest manifest, string path, FolderMap map) =>
        shares.AddDownloadedFolder(manifest, path, map);
}
