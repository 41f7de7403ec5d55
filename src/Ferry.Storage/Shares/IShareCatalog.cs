using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Trees;

namespace Ferry.Storage.Shares;

/// <summary>
/// What this node offers, by content and by name. The program's is the SQLite index; the simulator's is a dictionary.
/// May be called from several threads.
/// </summary>
public interface IShareCatalog
{
    /// <param name="similar">Names that are only like the text count too, when none fits as typed.</param>
    ShareMatches Match(string text, ContentId? content, int hitsMax, bool similar);

    /// <summary>The path of a shared file with this content and this file name; null when there is none (any more).
    /// </summary>
    /// <param name="name">A file name, or a relative path that ends in it.</param>
    string? PathOf(ContentId content, string name);

    /// <summary>Null when the content is not shared (any more).</summary>
    SharedSource? Find(ContentId content);

    /// <summary>Null when the path is no folder that is offered as one thing.</summary>
    SharedSource? FolderAt(string path);

    /// <summary>
    /// The file is not the one that was hashed (or cannot be read): withdraw it until it has been hashed again.
    /// </summary>
    void MarkChanged(ContentId content);

    /// <summary>
    /// Somebody got other bytes for the content, although the file looks as it did when it was hashed: look at its
    /// bytes again. It is offered meanwhile, for what others say is no proof.
    /// </summary>
    void Doubt(ContentId content);

    /// <summary>
    /// A file that had this content was touched or replaced, and is hashed again: it may have it still. Only then a
    /// change is certain.
    /// </summary>
    bool IsInDoubt(ContentId content);

    /// <summary>A download has finished: offer it at its final path.</summary>
    void AddDownloaded(Manifest manifest, string path, FileStamp stamp);

    /// <summary>A download of a folder has finished: offer it at its final path.</summary>
    void AddDownloadedFolder(Manifest manifest, string path, FolderMap map);
}

/// <param name="Path">Of the file, or of the folder.</param>
/// <param name="Stamp">What the file looked like when it was hashed.</param>
public sealed record SharedSource(Manifest Manifest, string Name, string Path, FileStamp Stamp)
{
    /// <summary>How a folder's content is read from its files; null for a file.</summary>
    public FolderMap? Folder { get; init; }

    /// <summary>It is held for those to whom it is offered, and for nobody else.</summary>
    public bool IsPrivate { get; init; }
}
