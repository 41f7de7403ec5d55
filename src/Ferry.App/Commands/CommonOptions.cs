using System.CommandLine;

namespace Ferry.App.Commands;

internal sealed class CommonOptions
{
    public Option<string?> Home { get; } = new("--home")
    {
        HelpName = "DIR", Recursive = true, Description = "The node's folder (or FERRY_HOME; else ~/.ferry).",
    };

    public Option<bool> Json { get; } = new("--json")
    {
        Recursive = true, Description = "One JSON object a line on standard output.",
    };

    public Option<bool> Quiet { get; } = new("--quiet", "-q")
    {
        Recursive = true, Description = "Results only, no progress.",
    };

    public Option<bool> Verbose { get; } = new("--verbose", "-v")
    {
        Recursive = true, Description = "Logs, on standard error.",
    };

    public Option<bool> Help { get; } = new("--help", "-h", "-?") { Recursive = true, Description = "This help." };

    public Option<bool> Version { get; } = new("--version") { Description = "The version of Ferry." };

    /// <summary>In the order in which help lists them.</summary>
    public IReadOnlyList<Option> Everywhere => [Home, Json, Quiet, Verbose, Help];
}
