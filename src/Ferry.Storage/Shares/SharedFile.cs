using Ferry.Protocol.Content;

namespace Ferry.Storage.Shares;

public enum ShareState
{
    /// <summary>Found, not hashed yet.</summary>
    Hashing,
    Ready,

    /// <summary>The file has changed since it was hashed, and waits to be hashed again.</summary>
    Changed,
    Unreadable,
}

/// <summary>A file on offer, or a folder as one thing, or one that would be if it could be read.</summary>
/// <param name="Name">The relative path under which it is offered.</param>
/// <param name="Content">Null until hashed.</param>
/// <param name="Reason">Why it is unreadable, as a sentence; else null.</param>
public sealed record SharedFile(
    string Path, string Name, long Size, ShareState State, ContentId? Content, bool IsDownloaded, string? Reason)
{
    /// <summary>A folder as one thing.</summary>
    public bool IsFolder { get; init; }
}

/// <summary>How far hashing has come below one shared path.</summary>
/// <param name="Troubles">What keeps files from being offered or changes from being noticed, in sentences: of each
/// unreadable file (but no more than a few), and of the share.</param>
public sealed record ShareProgress(
    string Root, long Files, long Bytes, long FilesHashed, long BytesHashed, int Unreadable, LeftOut LeftOut,
    IReadOnlyList<string> Troubles);
