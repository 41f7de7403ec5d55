using Ferry.Storage.Disk;

namespace Ferry.Storage.Shares;

/// <summary>
/// A path without symbolic links in it. Shares, the home and the downloads folder are compared as text, and one folder
/// must not pass as two because it was reached another way: else the home with its key could be shared by a detour.
/// </summary>
internal static class RealPath
{
    private const int LinksMax = 40; // As Linux has it.

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
        return full; // A circle of links; opening it will fail and say so.
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
