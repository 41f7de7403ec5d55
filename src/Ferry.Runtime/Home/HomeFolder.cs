using System.Globalization;
using Ferry.Storage.Disk;

namespace Ferry.Runtime.Home;

/// <summary>
/// The folder that is a node: its key, log, index and control socket. Opening it takes its lock, and nothing in it is
/// touched without: two nodes writing one log would lose both their transfers. It is closed last, after all that uses
/// it.
/// </summary>
internal sealed class HomeFolder : IDisposable
{
    public const string LockName = "lock";

    /// <summary>For messages only: whether a node runs is known by the lock.</summary>
    private const string ProcessName = "node.pid";

    private FileStream _lock;

    private HomeFolder(string path, FileStream @lock, string? warning) =>
        (Path, _lock, Warning) = (path, @lock, warning);

    public string Path { get; }

    /// <summary>What its owner should know about the folder, a sentence; mostly null.</summary>
    public string? Warning { get; }

    /// <summary>Makes the folder, for its owner alone, if it is not there, and takes its lock.</summary>
    /// <exception cref="FerryException">It cannot be made or used, or another node runs on it.</exception>
    public static HomeFolder Open(string home)
    {
        var path = System.IO.Path.GetFullPath(home);
        var warning = HomeAccess.Ensure(path);
        var opened = new HomeFolder(path, TakeLock(path), warning);
        opened.WriteProcess();
        return opened;
    }

    /// <summary>Whether a node runs on a home; does not disturb it.</summary>
    public static bool IsLocked(string home) => FileLock.IsTaken(System.IO.Path.Combine(home, LockName));

    /// <summary>The process that runs on a home, when it is known and somebody holds the lock.</summary>
    public static int? ReadProcess(string home)
    {
        int? process = null;
        Tolerate(() =>
        {
            var text = System.IO.File.ReadAllText(System.IO.Path.Combine(home, ProcessName));
            if (int.TryParse(text.AsSpan().Trim(), CultureInfo.InvariantCulture, out var id)) process = id;
        });
        return process;
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The next node may start here.</summary>
    public void Dispose()
    {
        // Afterwards this may be the next node's.
        if (_lock.SafeFileHandle.IsClosed) return;
        Tolerate(() => System.IO.File.Delete(File(ProcessName)));
        _lock.Dispose();
    }

    /// <summary>
    /// The folder for finished files; made if it is not there, but not in the place of a disk that is not mounted.
    /// </summary>
    /// <exception cref="FerryException">It cannot be made.</exception>
    public string OpenDownloads(string? downloads, MountPoints mounts)
    {
        var path = downloads is null ? File("downloads") : System.IO.Path.GetFullPath(downloads);
        if (mounts.AwayAbove(path) is not null) return path;
        try
        {
            Directory.CreateDirectory(path);
            mounts.Remember(path);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HomeAccess.Unusable(path, "downloads folder", "choose another with --downloads", e);
        }
    }

    /// <summary>
    /// Makes the lock's file again when somebody removed it, a cleaner of temporary folders for example: without it
    /// another node could start here.
    /// </summary>
    /// <exception cref="FerryException">Another node has started here meanwhile, and this one must stop.</exception>
    public void Restore()
    {
        if (ReadProcess(Path) is { } other && other != Environment.ProcessId)
        {
            throw new FerryException(
                FailureKind.Failed,
                $"the lock of {Path} was removed, and another node (process {other}) started there: this one stops");
        }
        // What cannot be made now is tried again the next time.
        Tolerate(() =>
        {
            if (System.IO.File.Exists(File(LockName))) return;
            var anew = FileLock.TryTake(File(LockName)) ?? throw NodeHome.AlreadyRunning(Path);
            _lock.Dispose();
            _lock = anew;
        });
        if (!System.IO.File.Exists(File(ProcessName))) WriteProcess();
    }

    private static FileStream TakeLock(string path)
    {
        try
        {
            return FileLock.TryTake(System.IO.Path.Combine(path, LockName)) ?? throw NodeHome.AlreadyRunning(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HomeAccess.Unusable(path, "home", "choose another with --home", e);
        }
    }

    private void WriteProcess() =>
        Tolerate(() => System.IO.File.WriteAllText(File(ProcessName), $"{Environment.ProcessId}\n"));

    /// <summary>A full disk or a missing file costs a number in a message, and no more.</summary>
    private static void Tolerate(Action act)
    {
        try
        {
            act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not there, or not to be had.
        }
    }
}
