using Ferry.Storage.Disk;
using Ferry.Storage.Downloads;

namespace Ferry.Storage.Shares;

/// <param name="Trouble">Why the path (then perhaps a folder) cannot be offered, as a sentence; else null.</param>
/// <param name="IsAway">It cannot be looked at: what was known of it, or below it, may still be there.</param>
internal readonly record struct FoundFile(string Path, FileStamp Stamp, string? Trouble, bool IsAway = false);

/// <summary>
/// Every regular file below a path. Symbolic links are left out, wherever they point: one that leads out of the share
/// would offer files that its user did not mean to share, one that leads into it would offer files twice or make the
/// walk cyclic. So are hidden files, unless asked for; folders that hold the key of a node; devices, pipes and sockets;
/// and partial downloads. What a share begins with is what its user named: it is not left out for being hidden.
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
    /// <param name="path">The root's target, or in it and not <see cref="FirstLeftOut">left out</see>.</param>
    internal IEnumerable<FoundFile> From(ShareRoot root, string path, LeftOut leftOut, CancellationToken cancel)
    {
        var (kind, stamp) = FileStamps.Read(path);
        if (options.Mounts.AwayAbove(path) is { } mount) yield return Away(path, NotMounted(path, mount));
        else if (kind == FileKind.Trouble) yield return Away(path, NotSeen(path));
        else if (kind == FileKind.File && IsKept(path)) yield return new FoundFile(path, default, IsKey(path));
        else if (kind == FileKind.File && !IsPartial(path)) yield return new FoundFile(path, stamp, null);
        if (kind != FileKind.Folder) yield break;
        var folders = new Stack<(string Path, long Device)>([(path, FileStat.DeviceOf(path))]);
        while (folders.TryPop(out var next))
        {
            cancel.ThrowIfCancellationRequested();
            var folder = next.Path;
            if (options.Mounts.AwayAbove(folder) is { } gone)
            {
                if (folder != path) yield return Away(folder, NotMounted(folder, gone));
                continue;
            }
            var device = FileStat.DeviceOf(folder);
            if (device != next.Device) options.Mounts.Remember(folder);
            var trouble = TryList(folder, out var names);
            if (IsHome(folder) || NodeKeys.LiesAmong(names))
            {
                leftOut.Add(LeftOutKind.KeyFolder);
                if (folder == root.Target) yield return new FoundFile(folder, default, HoldsKey(folder));
                continue;
            }
            if (trouble is not null) yield return Away(folder, trouble);
            foreach (var name in names)
            {
                (kind, stamp) = FileStamps.Read(name);
                if (WhyLeftOut(root, name, kind) is { } why) leftOut.Add(why);
                else if (kind == FileKind.Folder) folders.Push((name, device));
                else if (kind == FileKind.File) yield return new FoundFile(name, stamp, null);
                else if (IsMangled(kind, name)) yield return new FoundFile(name, default, NotUtf8(name));
                else if (kind == FileKind.Trouble) yield return Away(name, NotSeen(name));
            }
        }
    }

    /// <summary>
    /// The first path, from the root down to <paramref name="path"/>, which a walk over the root leaves out with all
    /// below it; null when the walk reaches the path.
    /// </summary>
    internal string? FirstLeftOut(ShareRoot root, string path)
    {
        var target = root.Target;
        if (IsHome(target) || NodeKeys.LiesIn(target)) return target;
        for (var end = target.Length; end < path.Length;)
        {
            end = path.IndexOf(Path.DirectorySeparatorChar, end + 1);
            if (end < 0) end = path.Length;
            var at = path[..end];
            var kind = FileStamps.Read(at).Kind;
            if (WhyLeftOut(root, at, kind) is not null) return at;
            if (kind == FileKind.Folder && (IsHome(at) || NodeKeys.LiesIn(at))) return at;
        }
        return null;
    }

    internal static string HoldsKey(string folder) =>
        $"{folder} holds the key of a node and is never offered: share another folder";

    internal static string NotMounted(string path, string mount) =>
        $"{path} is away, {MountPoints.Sentence(mount)}: mount it, or share the path again if it is no disk any more";

    internal static string NotSeen(string name) =>
        $"{name} cannot be looked at ({FileStamps.TroubleAt(name)}): give this user the right to, or unshare it";

    private static FoundFile Away(string path, string reason) => new(path, default, reason, IsAway: true);

    private static string NotUtf8(string name) =>
        $"{name} has a name that is not UTF-8, and cannot be offered under it: rename it";

    private static string IsKey(string file) => $"{file} belongs to a node and its key: share another file";

    private LeftOutKind? WhyLeftOut(ShareRoot root, string path, FileKind kind)
    {
        if (!root.OffersHidden && Path.GetFileName(path.AsSpan()).StartsWith('.')) return LeftOutKind.Hidden;
        return kind switch
        {
            FileKind.Link => LeftOutKind.Link,
            FileKind.Other => LeftOutKind.Special,
            FileKind.File when IsPartial(path) => LeftOutKind.Partial,
            _ => null,
        };
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
            return $"{folder} cannot be read ({exception.Message}): give this user the right to, or unshare it";
        }
    }

    private bool IsHome(string folder) => folder == options.Home;

    private bool IsKept(string file) => NodeKeys.IsName(file) || Path.GetDirectoryName(file) == options.Home;

    private bool IsPartial(string path) =>
        path.EndsWith(DownloadPlace.PartEnding, StringComparison.Ordinal)
        && options.Downloads is { } downloads && Folders.IsWithin(path, downloads);

    /// <summary>The framework puts U+FFFD into a name that is not UTF-8, and the path then names no file.</summary>
    private static bool IsMangled(FileKind kind, string name) => kind == FileKind.Missing && name.Contains('\uFFFD');
}
