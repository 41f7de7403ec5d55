using Ferry.App.Control;
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
    public static ExitCode Of(FailureKind kind) => kind switch
    {
        FailureKind.Usage => ExitCode.Usage,
        FailureKind.NothingFound => ExitCode.NothingFound,
        FailureKind.Refused => ExitCode.Refused,
        _ => ExitCode.Failed,
    };

    /// <summary>For the kinds that <see cref="RequestEvent.Failed"/> names.</summary>
    public static ExitCode Of(string kind) => Of(Problem.KindOf(kind));
}
