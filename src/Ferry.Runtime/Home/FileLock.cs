using Ferry.Storage.Disk;

namespace Ferry.Runtime.Home;

/// <summary>
/// An advisory lock on a file: flock(2) on Unix, which is what the framework makes of a <see cref="FileShare"/>. The
/// kernel releases it however the process ends. A node holds it exclusively; who only looks shares it for a moment.
/// </summary>
internal static class FileLock
{
    /// <summary>ERROR_SHARING_VIOLATION of Windows.</summary>
    private const int SharingViolation = unchecked((int)0x80070020);

    /// <summary>Bounds the waiting for those who look.</summary>
    private const int TriesMax = 1000;

    /// <summary>Holds the lock until it is disposed; null when somebody else does. The file is made.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be opened.</exception>
    public static FileStream? TryTake(string file)
    {
        for (var i = 0; i < TriesMax; i++)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (IsHeld(e))
            {
                if (IsTaken(file)) return null;
                // It can be shared, so nobody has it alone: somebody was looking.
                Thread.Sleep(1);
            }
        }
        return null;
    }

    /// <summary>Whether somebody holds the lock exclusively.</summary>
    public static bool IsTaken(string file)
    {
        try
        {
            using var shared = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException e) when (IsHeld(e))
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsHeld(IOException e) => e.HResult is Errno.EAGAIN or Errno.MacEAGAIN or SharingViolation;
}
