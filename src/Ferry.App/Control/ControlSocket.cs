using System.Net.Sockets;
using System.Text;
using Ferry.Runtime;

namespace Ferry.App.Control;

/// <summary>
/// Where a running node is reached by the commands of its user: a Unix socket in the home. It is made and removed only
/// by who holds the lock of the home.
/// </summary>
internal static class ControlSocket
{
    /// <summary>Clients that wait in the kernel until they are accepted.</summary>
    private const int Backlog = 512;

    private const string FileName = "control.sock";

    /// <summary>
    /// Bytes that fit into <c>sockaddr_un</c> with the closing zero: 108 on Linux, 104 on macOS and BSD.
    /// </summary>
    private static int PathBytesMax => OperatingSystem.IsLinux() || OperatingSystem.IsWindows() ? 107 : 103;

    /// <exception cref="FerryException">
    /// The path is longer than the system allows for a socket, or it allows none.
    /// </exception>
    public static string PathIn(string home)
    {
        if (!Socket.OSSupportsUnixDomainSockets)
        {
            throw new FerryException(FailureKind.Failed,
                "this system, or the sandbox that Ferry runs in, refuses Unix sockets, by which commands reach a " +
                "node: allow them (for a service of systemd: AF_UNIX in RestrictAddressFamilies=)");
        }
        var path = Path.Combine(home, FileName);
        var bytes = Encoding.UTF8.GetByteCount(path);
        if (bytes > PathBytesMax)
        {
            throw new FerryException(FailureKind.Usage,
                $"the path of the home, {home}, is too long, its control socket would have {bytes} bytes, and the " +
                $"system allows {PathBytesMax}: choose a shorter one with --home or FERRY_HOME");
        }
        return path;
    }

    /// <summary>A socket that listens; when it is disposed its file is removed.</summary>
    /// <exception cref="FerryException">
    /// It cannot be made, or a node answers there although its lock is gone.
    /// </exception>
    public static Socket Open(string home)
    {
        var path = PathIn(home);
        try
        {
            Clear(home);
            var socket = Bind(home);
            socket.Listen(Backlog);
            return socket;
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
        {
            throw new FerryException(FailureKind.Failed,
                $"the control socket {path} cannot be made ({e.Message}): choose another home with --home", e);
        }
    }

    /// <summary>Takes away the socket that a crashed node left.</summary>
    public static void Clear(string home)
    {
        var path = PathIn(home);
        if (!File.Exists(path)) return;
        if (Answers(path)) throw NodeHome.AlreadyRunning(home);
        File.Delete(path);
    }

    /// <summary>
    /// Nobody can connect before it listens, so the file may have the mode of the umask until its own is set.
    /// </summary>
    public static Socket Bind(string home)
    {
        var path = PathIn(home);
        var socket = New();
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static Socket New() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private static bool Answers(string path)
    {
        using var probe = New();
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException e)
        {
            // A queue that is full has somebody who listens.
            return e.SocketErrorCode == SocketError.WouldBlock;
        }
    }
}
