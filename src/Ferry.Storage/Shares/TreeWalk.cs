using Ferry.Storage.Disk;
using Ferry.Storage.Downloads;

namespace Ferry.Storage.Shares;

/// <param name="Trouble">Why the path (then perhaps a folder) cannot be offered, as a sentence; else null.</param>
internal readonly record struct FoundFile(string Path, FileStamp Stamp, string? Trouble);

/// <summary>
/// Every regular file below a path. Symbolic links are left out, wherever they point: one that leads out of the share
/// would offer files that its user did not mean to share, one that leads into it would offer files twice or make the
/// walk cyclic. Devices, pipes and sockets are not files. Left out, too, are the node's home (it holds the key) unless
/// the walk starts inside it, and partial downloads.
/// </summary>
internal sealed class TreeWalk(ShareIndexOptions options)
{
    private static readonly EnumerationOptions EveryName = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
        RecurseSubdirectories = false,
        ReturnSpecialDirectories = false,
    };

    /// <summary>Lazily, a folder at a time: memory does not grow with the tree.</summary>
    internal IEnumerable<FoundFile> From(string path, CancellationToken cancel)
    {
        var (kind, stamp) = FileStamps.Read(path);
        if (kind == FileKind.File && !IsPartial(path)) yield return new FoundFile(path, stamp, null);
        if (kind != FileKind.Folder || IsHome(path)) yield break;
        var folders = new Stack<string>([path]);
        while (folders.TryPop(out var folder))
        {
            cancel.ThrowIfCancellationRequested();
            var trouble = TryList(folder, out var names);
            if (trouble is not null) yield return new FoundFile(folder, default, trouble);
            foreach (var name in names)
            {
                (kind, stamp) = FileStamps.Read(name);
                if (kind == FileKind.Folder && !IsHome(name)) folders.Push(name);
                else if (kind == FileKind.File && !IsPartial(name)) yield return new FoundFile(name, stamp, null);
                else if (kind == FileKind.Trouble || IsMangled(kind, name))
                    yield return new FoundFile(name, default, $"{name} cannot be read: its name or disk is damaged.");
            }
        }
    }

    /// <summary>True when a symbolic link lies between the root and the path: a walk does not reach it.</summary>
    internal static bool IsBehindLink(string root, string path)
    {
        for (var at = path; at.Length > root.Length; at = Path.GetDirectoryName(at) ?? root)
        {
            if (FileStamps.Read(at).Kind == FileKind.Link) return true;
        }
        return false;
    }

    private static string? TryList(string folder, out string[] names)
    {
        try
        {
            names = Directory.GetFileSystemEntries(folder, "*", EveryName);
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            names = []; // The folder was removed during the walk.
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            names = [];
            return $"{folder} cannot be read ({exception.Message}); give this user the right to, or unshare it.";
        }
    }

    private bool IsHome(string folder) => folder == options.Home;

    private bool IsPartial(string path) =>
        path.EndsWith(DownloadPlace.PartEnding, StringComparison.Ordinal)
        && options.Downloads is { } downloads && ShareRoot.IsWithin(path, downloads);

    /// <summary>The framework puts U+FFFD into a name that is not UTF-8, and the path then names no file.</summary>
    private static bool IsMangled(FileKind kind, string name) => kind == FileKind.Missing && name.Contains('\uFFFD');
}
