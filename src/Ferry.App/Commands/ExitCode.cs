using Ferry.Runtime;

namespace Ferry.App.Commands;

/// <summary>What scripts look at; part of the contract (docs/commands.md).</summary>
internal enum ExitCode
{
    Done = 0,
    Failed = 1,
    Usage = 2,
    NothingFound = 3,
    NoNode = 4,
    Refused = 5,
    Interrupted = 130,

    /// <summary>As of a program that SIGPIPE ends.</summary>
    OutputGone = 141,
}

internal static class ExitCodes
{
    /// <summary>The numbers of the kinds are those of the codes.</summary>
    public static ExitCode Of(FailureKind kind) => (ExitCode)kind;
}
