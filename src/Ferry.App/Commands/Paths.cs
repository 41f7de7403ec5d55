using Ferry.Runtime;

namespace Ferry.App.Commands;

/// <summary>The node runs in another folder than the person who types: paths are sent whole.</summary>
internal static class Paths
{
    public static string Full(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new FerryException(FailureKind.Usage, "an empty path was given: name a file or a folder");
        }
        // The shell of the system expands this; ours does not.
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal)) path = UserHome() + path[1..];
        return Path.GetFullPath(path);
    }

    /// <summary><c>--home</c>, else <c>FERRY_HOME</c>, else <c>~/.ferry</c>.</summary>
    public static string FerryHome(string? option, string? environment)
    {
        if (!string.IsNullOrEmpty(option)) return Path.TrimEndingDirectorySeparator(Full(option));
        if (!string.IsNullOrEmpty(environment)) return Path.TrimEndingDirectorySeparator(Full(environment));
        return Path.Combine(UserHome(), ".ferry");
    }

    private static string UserHome()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length > 0
            ? home
            : throw new FerryException(FailureKind.Usage, "this user has no home folder: say where Ferry keeps its " +
                "data with --home");
    }
}
