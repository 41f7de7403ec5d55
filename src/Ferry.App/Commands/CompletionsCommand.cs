using System.CommandLine;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class CompletionsCommand : FerryCommand
{
    private static readonly string[] Shells = ["bash", "zsh", "fish"];

    private readonly Argument<string> _shell = new("SHELL")
    {
        HelpName = string.Join('|', Shells), Description = "The shell that the script is for.",
    };

    public CompletionsCommand() : base("completions", "Write a script by which a shell completes ferry") => Add(_shell);

    public override IReadOnlyList<string> Details =>
    [
        "The script asks this program what may stand where you press Tab: commands, options, local files, and what " +
        "the running node knows: nodes, shares, transfers, and what the last search has found.",
        "Its first lines say where it belongs.",
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("completions bash", "In bash: source <(ferry completions bash)"),
        new("completions fish", "In fish: ferry completions fish | source"),
    ];

    public override Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var shell = parsed.GetRequiredValue(_shell);
        if (!Shells.Contains(shell))
        {
            throw new FerryException(
                FailureKind.Usage, $"there is no script for '{shell}': there are bash, zsh and fish");
        }
        using var script = new StreamReader(
            typeof(CompletionsCommand).Assembly.GetManifestResourceStream($"ferry.{shell}")!);
        while (script.ReadLine() is { } line) context.Screen.Line(line);
        return Task.FromResult(ExitCode.Done);
    }
}
