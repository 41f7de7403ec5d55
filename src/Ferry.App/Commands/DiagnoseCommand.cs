using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class DiagnoseCommand : FerryCommand
{
    private readonly Option<string?> _output = new("--output")
    {
        HelpName = "FILE", Description = "Where to; else the next file in diagnostics in the home.",
    };

    private readonly Option<bool> _withNames = new("--with-names")
    {
        Description = "Leave the names of files, paths and searches in.",
    };

    public DiagnoseCommand() : base("diagnose", "Record what the node did lately, for whoever looks for a fault")
    {
        Add(_output, ValueKinds.Path);
        Add(_withNames);
    }

    public override IReadOnlyList<string> Details =>
    [
        "A node keeps its last messages and decisions in memory: half a minute at full speed, hours when there is " +
        "little to do. This writes them to a file from which a developer can see, and play again, what happened. " +
        "After a fault of its own a node does it by itself.",
        "Bodies and keys are never in it, and names of files, paths and searches are replaced by pseudonyms unless " +
        "--with-names is given. Ids, nicknames, addresses and content ids are in it: give it only to whom you trust " +
        "with them.",
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("diagnose", "Do it soon after what went wrong: what is old makes room for what is new."),
        new("diagnose --output report.rec.gz --with-names", "For yourself."),
    ];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var options = new DiagnoseOptions
        {
            Output = parsed.GetValue(_output) is { } path ? Paths.Full(path) : null,
            WithNames = parsed.GetValue(_withNames),
        };
        var written = await context.Node.DiagnoseAsync(options, cancel);
        context.Screen.Json(written, ControlJson.Default.DiagnosisInfo);
        context.Screen.Line($"Written to {written.Path} ({Units.Size(written.Bytes)}): the last " +
            $"{Units.Time(written.Seconds)}{(written.Lost == 0 ? ", from the start of the node" : "")}.");
        context.Screen.Note(written.WithNames
            ? "The names of files, paths and searches are in it."
            : "Names of files are not in it; ids, nicknames and addresses are.");
        return ExitCode.Done;
    }
}
