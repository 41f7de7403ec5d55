using Ferry.App.Output;
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
    public required LineReader Input { get; init; }
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
        Interrupts = Interrupts, StartNode = StartNode, HomeIsNamed = HomeIsNamed,
        Program = Program,
    };
}
