using System.Net.Sockets;
using Ferry.Runtime;

namespace Ferry.App.Control;

/// <summary>Why the node of a home cannot be asked, and what to do about it.</summary>
internal sealed class ControlFailures(string home, string howToStart)
{
    /// <summary>The node's, once that is known.</summary>
    public int? Process { get; set; }

    /// <summary>The system says that the node's process was stopped.</summary>
    public bool IsStopped => Process is { } process && PeerProcess.IsStopped(process);

    public NoNodeException NoConnection(SocketException e)
    {
        if (e.SocketErrorCode == SocketError.AccessDenied)
        {
            return new NoNodeException(
                $"the node with the home {home} belongs to another user: run this command as that user", e);
        }
        if (e.SocketErrorCode == SocketError.WouldBlock) return NoAnswer();
        if (!NodeHome.IsInUse(home, out var process))
        {
            return new NoNodeException(
                $"no node is running with the home {home}: start one with '{howToStart}' and try again", e);
        }
        Process ??= process;
        if (IsStopped) return NoAnswer();
        return new NoNodeException(
            $"{Node()} runs with the home {home}, but its control socket {ControlSocket.PathIn(home)} is not there " +
            "(it is starting or stopping, or somebody removed the socket, which it makes again): try again in some " +
            "seconds", e);
    }

    public NoNodeException NoAnswer()
    {
        if (IsStopped)
        {
            return new NoNodeException(
                $"{Node()} was stopped (SIGSTOP or Ctrl-Z) and does not answer: 'kill -CONT {Process}' lets it go on");
        }
        return new NoNodeException(
            $"{Node()} does not answer, its machine may be overloaded or its disk may hang: if it stays so, end the " +
            $"process and start it again with '{howToStart}'; unfinished transfers go on by themselves");
    }

    public NoNodeException Gone(Exception? e) => new(
        $"the node with the home {home} went away before it had answered: start it again with '{howToStart}'; " +
        "unfinished transfers go on by themselves", e);

    private string Node() => Process is { } process ? $"the node (process {process})" : "the node";
}
