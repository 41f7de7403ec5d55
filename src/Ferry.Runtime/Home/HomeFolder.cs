using Ferry.Storage.Disk;

namespace Ferry.Runtime.Home;

/// <summary>
/// The folder that is a node: its key, log and index. Open to its owner only, and locked while a node runs on it: two
/// nodes writing one log would lose both their transfers.
/// </summary>
internal sealed class HomeFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream _lock;

    private HomeFolder(string path, FileStream @lock) => (Path, _lock) = (path, @lock);

    public string Path { get; }
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <exception cref="FerryException">It cannot be made or used, or another node runs on it.</exception>
    public static HomeFolder Open(string home)
    {
        var path = System.IO.Path.GetFullPath(home);
        CreatePrivate(path, "home");
        return new HomeFolder(path, TakeLock(path));
    }

    /// <summary>The folder for finished files; made if it is not there.</summary>
    /// <exception cref="FerryException">It cannot be made.</exception>
    public string OpenDownloads(string? downloads)
    {
        var path = downloads is null ? File("downloads") : System.IO.Path.GetFullPath(downloads);
        try
        {
            Directory.CreateDirectory(path);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, "downloads folder", "choose another with --downloads", e);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static void CreatePrivate(string path, string what)
    {
        try
        {
            if (Directory.Exists(path)) return;
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, OwnerOnly);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, what, "choose another with --home", e);
        }
    }

    private static FileStream TakeLock(string path)
    {
        var file = System.IO.Path.Combine(path, "lock");
        try
        {
            // FileShare.None is flock(2) on Unix: the kernel lets go of it however the process ends.
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw Unusable(path, "home", "choose another with --home", e);
        }
        catch (IOException e) when (System.IO.File.Exists(file) && !IsReadOnlyFileSystem(e))
        {
            throw new FerryException(
                FailureKind.Failed,
                $"another node is running on {path}: stop it, or give this one its own folder with --home", e);
        }
        catch (IOException e)
        {
            throw Unusable(path, "home", "choose another with --home", e);
        }
    }

    /// <summary>These look like a lock that is taken, but are not.</summary>
    private static bool IsReadOnlyFileSystem(IOException e) => e.HResult is Errno.EROFS or Errno.ENOSPC;

    private static FerryException Unusable(string path, string what, string wayOut, Exception cause) =>
        new(FailureKind.Failed, $"the {what} {path} cannot be used ({cause.Message}): {wayOut}", cause);
}
