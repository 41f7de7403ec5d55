using Ferry.Protocol.Content;
using Ferry.Storage.Disk;

namespace Ferry.Storage.Shares;

/// <summary>
/// A shared path, or (one of them, with no path) all downloads. There is one object for each, compared by reference.
/// </summary>
internal sealed class ShareRoot(long id, string path, string target, bool offersHidden)
{
    private volatile string _target = target;
    private volatile bool _offersHidden = offersHidden;

    internal long Id { get; } = id;

    /// <summary>As its user named it, absolute: what is offered has its name, also when it is a link.</summary>
    internal string Path { get; } = path;

    /// <summary>
    /// What the path stood for at the last scan, without links: its entries lie there. A link may be pointed elsewhere.
    /// </summary>
    internal string Target
    {
        get => _target;
        set => _target = value;
    }

    /// <summary>Are files and folders offered whose names begin with a dot?</summary>
    internal bool OffersHidden
    {
        get => _offersHidden;
        set => _offersHidden = value;
    }

    internal bool IsDownloads => Path.Length == 0;

    /// <summary>The path from the root's folder down, as it is in the folder's listing.</summary>
    internal string Below(string path)
    {
        var below = path[(Target.Length + 1)..];
        return System.IO.Path.DirectorySeparatorChar == '/'
            ? below : below.Replace(System.IO.Path.DirectorySeparatorChar, '/');
    }

    /// <summary>A folder's files carry its name; everything else is offered under its bare file name.</summary>
    internal string NameOf(string path)
    {
        path = System.IO.Path.TrimEndingDirectorySeparator(path); // A folder as one thing.
        if (IsDownloads) return System.IO.Path.GetFileName(path);
        var top = Target;
        if (path == top) return System.IO.Path.GetFileName(Path);
        // What is left of another target until the scan that follows has no better name.
        if (!Folders.IsWithin(path, top)) return System.IO.Path.GetFileName(path);
        var from = System.IO.Path.EndsInDirectorySeparator(top) ? top.Length : top.Length + 1;
        var folder = System.IO.Path.GetFileName(Path.AsSpan());
        var name = string.Concat(folder, folder.Length == 0 ? "" : "/", path.AsSpan(from));
        return System.IO.Path.DirectorySeparatorChar == '/'
            ? name : name.Replace(System.IO.Path.DirectorySeparatorChar, '/');
    }
}

/// <summary>
/// A file as last seen. A change makes another value; a worker whose value is not the current one any more sees that
/// its result is stale.
/// </summary>
/// <param name="Content">The content when last hashed. <see cref="ShareState.Unreadable"/> with a content: known, but
/// its root is not there.</param>
internal sealed record FileEntry(
    ShareRoot Root, string Path, FileStamp Stamp, ShareState State, ContentId? Content, string? Reason)
{
    internal string Name => Root.NameOf(Path);

    /// <summary>A folder as one thing, whose path ends in a separator: see <see cref="FolderOffers"/>.</summary>
    internal bool IsFolder => System.IO.Path.EndsInDirectorySeparator(Path);

    internal SharedFile ToSharedFile() => new(
        System.IO.Path.TrimEndingDirectorySeparator(Path), Name, Stamp.Length, State,
        State == ShareState.Ready ? Content : null, Root.IsDownloads, Reason)
    {
        IsFolder = IsFolder,
    };
}

/// <summary>
/// Replaces <paramref name="Old"/> (null: none) by <paramref name="New"/> (null: none), if the old entry is still
/// current: compare and swap.
/// </summary>
internal readonly record struct EntryChange(FileEntry? Old, FileEntry? New)
{
    internal FileEntry Either => New ?? Old!;
}

/// <summary>What a root's files add up to.</summary>
internal readonly record struct FileTotals(long Files, long Bytes, long ReadyFiles, long ReadyBytes, long Unreadable)
{
    /// <summary>A folder as one thing is no file more.</summary>
    internal static int Count(FileEntry? entry) => entry is { IsFolder: false } ? 1 : 0;

    internal FileTotals Plus(ShareState state, long files, long bytes)
    {
        var sum = this with { Files = Files + files, Bytes = Bytes + bytes };
        return state switch
        {
            ShareState.Ready => sum with { ReadyFiles = ReadyFiles + files, ReadyBytes = ReadyBytes + bytes },
            ShareState.Unreadable => sum with { Unreadable = Unreadable + files },
            _ => sum,
        };
    }

    internal FileTotals After(EntryChange change)
    {
        var totals = this;
        if (change.Old is { IsFolder: false } old) totals = totals.Plus(old.State, -1, -old.Stamp.Length);
        return change.New is { IsFolder: false } now ? totals.Plus(now.State, 1, now.Stamp.Length) : totals;
    }
}
