using System.Net.Sockets;

namespace Ferry.App.Control;

/// <summary>What the system knows about the process at the other end of a Unix socket.</summary>
internal static class PeerProcess
{
    private const int SocketLevel = 1, PeerCredentials = 17;

    /// <summary>Its process id; null where the system does not tell.</summary>
    public static int? Of(Socket socket)
    {
        if (!OperatingSystem.IsLinux()) return null;
        // struct ucred: process, user, group. Of whoever listened, so it is known before anybody answers.
        var credentials = new byte[3 * sizeof(int)];
        socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
        return BitConverter.ToInt32(credentials) is > 0 and var process ? process : null;
    }

    /// <summary>Whether it was stopped, by SIGSTOP or Ctrl-Z, as far as is known.</summary>
    public static bool IsStopped(int process)
    {
        try
        {
            // The state is the first field behind the name, which stands in parentheses and may hold any.
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 1)..].TrimStart().StartsWith('T');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
