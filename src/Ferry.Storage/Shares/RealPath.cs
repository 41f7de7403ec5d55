using Ferry.Storage.Disk;

namespace Ferry.Storage.Shares;

/// <summary>
/// A path without symbolic links in it. Shares, the home and the downloads folder are compared as text, and one folder
/// must not have two names: otherwise the home with its key could be shared through a link.
/// </summary>
internal static class RealPath
{
    private const int LinksMax = 40; // Linux's own limit.

    /// <summary>Absolute, without a separator at the end; what does not exist is taken as written.</summary>
    internal static string Of(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        for (var links = 0; links < LinksMax; links++)
        {
            if (FirstLink(full) is not var (link, target)) return full;
            var rest = Path.GetRelativePath(link, full);
            var folder = Path.GetDirectoryName(link) ?? link;
            full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(folder, target, rest)));
        }
        return full; // A cycle of links; opening the path will report it.
    }

    private static (string Link, string Target)? FirstLink(string full)
    {
        var root = Path.GetPathRoot(full)!;
        for (var end = root.Length; end < full.Length;)
        {
            end = full.IndexOf(Path.DirectorySeparatorChar, end + 1);
            if (end < 0) end = full.Length;
            var part = full[..end];
            if (FileStamps.Read(part).Kind != FileKind.Link) continue;
            if (new FileInfo(part).LinkTarget is { } target) return (part, target);
        }
        return null;
    }
}
