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
    /// <summary>In the words of docs/commands.md, for the manual page.</summary>
    public static IReadOnlyList<(ExitCode Code, string Meaning)> Meanings { get; } =
    [
        (ExitCode.Done, "Done."),
        (ExitCode.Failed, "Failed."),
        (ExitCode.Usage, "Wrong usage, or something that this version does not have."),
        (ExitCode.NothingFound, "Nothing found."),
        (ExitCode.NoNode, "No running node with this home, or one that does not answer."),
        (ExitCode.Refused, "Not admitted, or refused."),
        (ExitCode.Interrupted, "Interrupted."),
        (ExitCode.OutputGone, "Whoever read the output has gone."),
    ];

    /// <summary>The numbers of the kinds are those of the codes.</summary>
    public static ExitCode Of(FailureKind kind) => (ExitCode)kind;
}
