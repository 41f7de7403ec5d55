using Ferry.Names;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;

namespace Ferry.Storage.Shares;

/// <summary>A shared path, or (one of them, with no path) all downloads.</summary>
internal sealed record ShareRoot(long Id, string Path)
{
    internal bool IsDownloads => Path.Length == 0;

    /// <summary>A folder's files carry its name; everything else is offered under its bare file name.</summary>
    internal string NameOf(string path)
    {
        if (IsDownloads || path.Length == Path.Length) return System.IO.Path.GetFileName(path);
        var relative = System.IO.Path.GetRelativePath(Path, path).Replace(System.IO.Path.DirectorySeparatorChar, '/');
        var folder = System.IO.Path.GetFileName(Path);
        return folder.Length == 0 ? relative : $"{folder}/{relative}";
    }

    /// <summary>Is <paramref name="path"/> the folder (or file) itself, or below it?</summary>
    internal static bool IsWithin(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal)
        && (path.Length == folder.Length || folder.EndsWith(System.IO.Path.DirectorySeparatorChar)
            || path[folder.Length] == System.IO.Path.DirectorySeparatorChar);
}

/// <summary>
/// A file as last seen. Never altered: a change makes a new entry, and whoever worked on the old one finds by comparing
/// references that his work is out of date.
/// </summary>
/// <param name="Content">
/// What it was when last hashed. <see cref="ShareState.Unreadable"/> with a content: known, but its root is away.
/// </param>
internal sealed record FileEntry(
    ShareRoot Root, string Path, OfferedName Name, FileStamp Stamp, ShareState State, ContentId? Content,
    string? Reason)
{
    internal SharedFile ToSharedFile() =>
        new(Path, Name.Path, Stamp.Length, State, State == ShareState.Ready ? Content : null, Root.IsDownloads, Reason);
}

/// <summary>
/// Takes <paramref name="Old"/> (null: nothing) for <paramref name="New"/> (null: nothing), if it is still there.
/// </summary>
internal readonly record struct EntryChange(FileEntry? Old, FileEntry? New)
{
    internal FileEntry Either => New ?? Old!;
}
