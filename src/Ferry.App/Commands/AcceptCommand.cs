using System.CommandLine;
using Ferry.App.Control;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class AcceptCommand : FerryCommand
{
    private readonly Argument<string> _what = new("WHAT")
    {
        Description = "The name of what is offered, or the beginning of its transfer id.",
    };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        HelpName = "PATH", Description = "Where the file goes: a file, or a folder that exists.",
    };

    private readonly Option<bool> _detach = new("--detach")
    {
        Description = "Return once it is accepted.",
    };

    private readonly Option<OnConflict> _onConflict = ConflictOption.New();

    public AcceptCommand() : base("accept", "Take what another node offers to send")
    {
        Add(_what, ValueKinds.Transfer);
        Add(_output, ValueKinds.Path);
        Add(_detach);
        Add(_onConflict);
    }

    public override IReadOnlyList<string> Details =>
    [
        "'ferry transfers' lists what is offered. It comes as a download does, through absence and restarts of " +
        "either node, and this node signs for the sender that it has arrived. It is offered to nobody else.",
        "With '--on-conflict skip' an offer whose name is taken is refused.",
    ];

    public override IReadOnlyList<Example> Examples =>
    [
        new("accept chart.pdf", "Takes it into the downloads folder of the node."),
        new("accept 3f9a8c --output ~/Charts", "Takes it, by its id, into another folder."),
    ];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var output = parsed.GetValue(_output) is { } path ? Paths.Full(path) : null;
        var what = parsed.GetRequiredValue(_what);
        var options = new AcceptOptions(what, output) { OnConflict = parsed.GetValue(_onConflict) };
        var namesFile = output is not null && !Directory.Exists(output);
        var view = new RequestView(context, what, parsed.GetValue(_detach), namesFile);
        return await view.FollowAsync(context.Node.AcceptAsync(options, cancel), cancel);
    }
}
