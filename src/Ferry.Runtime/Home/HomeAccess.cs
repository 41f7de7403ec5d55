namespace Ferry.Runtime.Home;

/// <summary>
/// Who may enter a home. One that the node makes is its owner's alone. The modes of a folder that was there already
/// belong to whoever made it and are never changed: it may be <c>/tmp</c>.
/// </summary>
internal static class HomeAccess
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Makes the home if it is not there.</summary>
    /// <returns>What the owner should know about it; null when all is well.</returns>
    /// <exception cref="FerryException">It cannot be made, or others can write in it.</exception>
    public static string? Ensure(string home)
    {
        try
        {
            if (!Directory.Exists(home))
            {
                if (OperatingSystem.IsWindows()) Directory.CreateDirectory(home);
                else Directory.CreateDirectory(home, Owner);
            }
            if (OperatingSystem.IsWindows()) return null;
            var mode = File.GetUnixFileMode(home);
            if ((mode & OthersWrite) != UnixFileMode.None)
            {
                throw new FerryException(
                    FailureKind.Failed,
                    $"other users of this machine can write in the home {home} and could replace this node's key: " +
                    WayOut(home));
            }
            return (mode & ~Owner) == UnixFileMode.None ? null
                : $"other users of this machine can look into the home {home}: {WayOut(home)}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(home, "home", "choose another with --home", e);
        }
    }

    public static FerryException Unusable(string path, string what, string wayOut, Exception cause) =>
        new(FailureKind.Failed, $"the {what} {path} cannot be used ({cause.Message}): {wayOut}", cause);

    /// <summary>Nobody is told to close a folder that others may need.</summary>
    private static string WayOut(string home) =>
        File.Exists(Path.Combine(home, HomeFolder.LockName)) || !Directory.EnumerateFileSystemEntries(home).Any()
            ? $"close it with 'chmod 700 {home}', or choose another with --home"
            : $"give the node a folder of its own, such as {Path.Combine(home, "ferry")}, with --home";
}
