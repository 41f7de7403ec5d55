using System.Net.Sockets;
using System.Text;
using Ferry.Runtime;

namespace Ferry.App.Control;

/// <summary>Where a running node is reached by the commands of its user: a Unix socket in the home.</summary>
internal static class ControlSocket
{
    private const string FileName = "control.sock";

    /// <summary>
    /// Bytes that fit into <c>sockaddr_un</c> with the closing zero: 108 on Linux, 104 on macOS and BSD.
    /// </summary>
    private static int PathBytesMax => OperatingSystem.IsLinux() || OperatingSystem.IsWindows() ? 107 : 103;

    /// <exception cref="FerryException">The path is longer than the system allows for a socket.</exception>
    public static string PathIn(string home)
    {
        var path = Path.Combine(home, FileName);
        var bytes = Encoding.UTF8.GetByteCount(path);
        if (bytes > PathBytesMax)
        {
            throw new FerryException(FailureKind.Usage,
                $"The path of the home, {home}, is too long: its control socket would have {bytes} bytes, and the " +
                $"system allows {PathBytesMax}. Choose a shorter one with --home or FERRY_HOME.");
        }
        return path;
    }

    /// <summary>Makes the home, for its owner alone, and takes away the socket that a crashed node left.</summary>
    /// <exception cref="FerryException">The home cannot be used, or a node answers there.</exception>
    public static async Task PrepareAsync(string home, CancellationToken cancel)
    {
        var path = PathIn(home);
        try
        {
            Directory.CreateDirectory(home);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
            if (!File.Exists(path)) return;
            if (await AnswersAsync(path, cancel))
            {
                throw new FerryException(FailureKind.Failed,
                    $"A node is running already with the home {home}. Stop it first, or choose another home with " +
                    "--home.");
            }
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FerryException(FailureKind.Failed,
                $"The home {home} cannot be used: {e.Message} Choose another with --home.", e);
        }
    }

    /// <summary>
    /// Nobody can connect before the caller listens, so there is no moment in which another user could slip in between
    /// the making of the file and the setting of its mode.
    /// </summary>
    public static Socket Bind(UnixDomainSocketEndPoint address, string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(address);
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

    private static async Task<bool> AnswersAsync(string path, CancellationToken cancel)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await probe.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
