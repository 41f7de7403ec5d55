using Ferry.Runtime.Home;

namespace Ferry.Runtime;

/// <summary>A home, seen from outside of its node.</summary>
public static class NodeHome
{
    /// <summary>Whether a node runs on a home; does not disturb it.</summary>
    /// <param name="home">The folder; need not be there.</param>
    /// <param name="process">The id of the node's process; null when it is not known.</param>
    public static bool IsInUse(string home, out int? process)
    {
        var isInUse = HomeFolder.IsLocked(home);
        process = isInUse ? HomeFolder.ReadProcess(home) : null;
        return isInUse;
    }

    /// <summary>What whoever starts a second node on a home is told.</summary>
    public static FerryException AlreadyRunning(string home)
    {
        var process = HomeFolder.ReadProcess(home) is { } id ? $" (process {id})" : "";
        return new FerryException(
            FailureKind.Failed,
            $"another node is running on {home}{process}: stop it, or give this one its own folder with --home");
    }
}
