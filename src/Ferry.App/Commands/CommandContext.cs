using Ferry.App.Output;
using Ferry.App.Shell;
using Ferry.Runtime;
using Microsoft.Extensions.Logging;

namespace Ferry.App.Commands;

/// <summary>Starts a node in this process; tests start another kind.</summary>
internal delegate Task<IRunningNode> NodeStarter(
    NodeOptions options, ILoggerFactory logs, CancellationToken cancel);

internal sealed class CommandContext
{
    public required Screen Screen { get; init; }
    public required string Home { get; init; }
    public required CommandTable Table { get; init; }
    public required TimeProvider Time { get; init; }
    public required ILineReader Input { get; init; }

    /// <summary>For a shell that edits lines itself; null where the terminal does, and where there is none.</summary>
    public Keyboard? Keyboard { get; init; }

    /// <summary>Null when this process is no job of a terminal.</summary>
    public TerminalJob? Job { get; init; }

    /// <summary>Gives the prompt back while the command goes on; null where no other can be typed meanwhile.</summary>
    public Action? Release { get; init; }

    /// <summary>Cancelled when the user leaves the shell in which the command runs.</summary>
    public CancellationToken ShellEnds { get; init; }

    public required Interrupts Interrupts { get; init; }
    public required NodeStarter StartNode { get; init; }

    /// <summary>The node that the command is for.</summary>
    public required INode Node { get; init; }

    /// <summary>In the shell commands are typed without <c>ferry</c>.</summary>
    public bool InShell { get; init; }

    /// <summary>The home was named on the command line, so it must be named in what is proposed to type next.</summary>
    public bool HomeIsNamed { get; init; }

    /// <summary>What the user types to call this program; the script that builds and starts it says so.</summary>
    public string Program { get; init; } = "ferry";

    /// <summary>A command as the user would type it here.</summary>
    public string Typed(string command)
    {
        if (InShell) return command;
        return HomeIsNamed ? $"{Program} --home {Words.Quote(Home)} {command}" : $"{Program} {command}";
    }

    public CommandContext With(Screen screen, INode node, bool inShell) => new()
    {
        Screen = screen, Node = node, InShell = inShell, Home = Home, Table = Table, Time = Time, Input = Input,
        Interrupts = Interrupts, StartNode = StartNode, HomeIsNamed = HomeIsNamed, Program = Program,
        Keyboard = Keyboard, Job = Job,
    };

    /// <summary>For a command of a shell that goes on reading lines.</summary>
    public CommandContext In(Screen screen, INode node, ILineReader input, Action? release, CancellationToken ends) =>
        new()
        {
            Screen = screen, Node = node, InShell = true, Home = Home, Table = Table, Time = Time, Input = input,
            Interrupts = Interrupts, StartNode = StartNode, HomeIsNamed = HomeIsNamed, Program = Program,
            Release = release, ShellEnds = ends,
        };
}
