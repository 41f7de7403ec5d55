namespace Ferry.Storage.Trees;

internal static class LinkTarget
{
    public const int BytesMax = 4095;

    /// <summary>
    /// Whether a link at the path leads to something within the folder, whatever other links there are: it may go up
    /// first, no further than to the top, and only down from there. (Behind the name of another link, <c>..</c> would
    /// go up from where that leads.) Each link being so, no way through several of them leads out.
    /// </summary>
    /// <param name="path">From the top down; the folders above the link are no links.</param>
    public static bool StaysWithin(string path, string target)
    {
        if (target.Length == 0 || target.StartsWith('/')) return false;
        if (OperatingSystem.IsWindows() && target.AsSpan().ContainsAny('\\', ':')) return false;
        var depth = path.Count(letter => letter == '/');
        var goesDown = false;
        foreach (var part in target.Split('/'))
        {
            if (part == "..")
            {
                if (goesDown || --depth < 0) return false;
            }
            else if (part is not ("." or ""))
            {
                goesDown = true;
            }
        }
        return true;
    }
}
