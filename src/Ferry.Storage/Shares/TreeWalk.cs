using System.IO.Enumeration;
using System.Text;
using Ferry.Storage.Disk;
using Ferry.Storage.Downloads;
using Ferry.Storage.Trees;

namespace Ferry.Storage.Shares;

/// <param name="Trouble">Why the path (then perhaps a folder) cannot be offered, as a sentence; else null.</param>
/// <param name="IsAway">It cannot be looked at: what was known of it, or below it, may still be there.</param>
internal readonly record struct FoundFile(string Path, FileStamp Stamp, string? Trouble, bool IsAway = false);

/// <summary>
/// Every regular file below a path. Symbolic links are not followed, wherever they point: one that leads out of the
/// share would offer files that its user did not mean to share, one that leads into it would offer files twice or make
/// the walk cyclic; it is a link in the folder as one thing. Left out are hidden files, unless asked for; folders that
/// hold the key of a node; devices, pipes and sockets; and partial downloads. What a share begins with is what its user
/// named: it is not left out for being hidden.
/// </summary>
internal sealed class TreeWalk(ShareIndexOptions options)
{
    private static readonly char Separator = Path.DirectorySeparatorChar;

    private static readonly EnumerationOptions EveryName = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
        RecurseSubdirectories = false,
        ReturnSpecialDirectories = false,
    };

    /// <summary>
    /// Lazily, a folder at a time, in the order of <see cref="PathOrder"/> (but for folders that are away, which come
    /// where what is in them would come): memory does not grow with the tree.
    /// </summary>
    /// <param name="path">The root's target, or in it and not <see cref="FirstLeftOut">left out</see>.</param>
    /// <param name="meet">Told of folders, and of links, which are left out, on the way.</param>
    internal IEnumerable<FoundFile> From(
        ShareRoot root, string path, LeftOut leftOut, CancellationToken cancel, Action<string, FileKind>? meet = null)
    {
        var (kind, stamp) = FileStamps.Read(path);
        if (options.Mounts.AwayAbove(path) is { } mount) yield return Away(path, NotMounted(path, mount));
        else if (kind == FileKind.Trouble) yield return Away(path, NotSeen(path));
        else if (kind == FileKind.File && IsKept(path)) yield return new FoundFile(path, default, IsKey(path));
        else if (kind == FileKind.File && !IsPartial(path)) yield return new FoundFile(path, stamp, null);
        if (kind != FileKind.Folder) yield break;
        var open = new Stack<Folder>();
        if (Enter(root, path, path, FileStat.DeviceOf(path), leftOut, open) is { } closed) yield return closed;
        meet ??= static (_, _) => { };
        while (open.TryPeek(out var folder))
        {
            cancel.ThrowIfCancellationRequested();
            if (!folder.TryNext(out var at))
            {
                open.Pop();
                continue;
            }
            (kind, stamp) = FileStamps.Read(at);
            if (WhyLeftOut(root, at, kind) is { } why)
            {
                if (why == LeftOutKind.Link && TargetWithin(root, at) is not null) meet(at, kind);
                else leftOut.Add(why);
            }
            else if (kind == FileKind.Folder && Enter(root, path, at, folder.Device, leftOut, open) is { } trouble)
            {
                yield return trouble;
            }
            else if (kind == FileKind.Folder)
            {
                if (open.Peek() != folder) meet(at, kind); // Else it holds a key.
            }
            else if (kind == FileKind.File) yield return new FoundFile(at, stamp, null);
            else if (IsMangled(kind, at)) yield return new FoundFile(at, default, NotUtf8(at));
            else if (kind == FileKind.Trouble) yield return Away(at, NotSeen(at));
        }
    }

    /// <summary>Lists the folder next; what is to be told of it, if it is not to be listed.</summary>
    /// <param name="top">Where the walk began.</param>
    /// <param name="device">Of the folder above.</param>
    private FoundFile? Enter(
        ShareRoot root, string top, string path, long device, LeftOut leftOut, Stack<Folder> open)
    {
        if (options.Mounts.AwayAbove(path) is { } mount)
            return path == top ? null : Away(path, NotMounted(path, mount));
        var own = FileStat.DeviceOf(path);
        if (own != device) options.Mounts.Remember(path);
        var trouble = TryList(path, out var names);
        if (IsHome(path) || NodeKeys.LiesAmong(path, names))
        {
            leftOut.Add(LeftOutKind.KeyFolder);
            return path == root.Target ? new FoundFile(path, default, HoldsKey(path)) : null;
        }
        if (trouble is not null) return Away(path, trouble);
        open.Push(new Folder(path, own, names));
        return null;
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

    /// <summary>What a link leads to, if that is in the shared folder: it is a part of that as a link. Else null.
    /// </summary>
    internal static string? TargetWithin(ShareRoot root, string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget is { } target && !target.Contains('\uFFFD')
                && Encoding.UTF8.GetByteCount(target) <= LinkTarget.BytesMax
                && LinkTarget.StaysWithin(root.Below(link), target) ? target : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // It has gone.
        }
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
            FileKind.File or FileKind.Folder when IsPartial(path) => LeftOutKind.Partial,
            _ => null,
        };
    }

    /// <param name="names">In order. Those of folders have a separator at their end, which counts in the order of
    /// paths.</param>
    private static string? TryList(string folder, out string[] names)
    {
        try
        {
            names = [.. new FileSystemEnumerable<string>(
                folder,
                static (ref entry) => entry.IsDirectory ? $"{entry.FileName}{Separator}" : entry.FileName.ToString(),
                EveryName)];
            Array.Sort(names, PathOrder.Instance);
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

    /// <summary>A folder that is being walked through.</summary>
    private sealed class Folder(string path, long device, string[] names)
    {
        private int _next;

        internal long Device { get; } = device;

        internal bool TryNext(out string at)
        {
            at = _next < names.Length ? Path.Join(path, Path.TrimEndingDirectorySeparator(names[_next])) : "";
            return _next++ < names.Length;
        }
    }
}
