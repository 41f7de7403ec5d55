using System.CommandLine;
using Ferry.App.Control;

namespace Ferry.App.Commands;

internal sealed class UnshareCommand : FerryCommand
{
    private readonly Argument<string> _path = new("PATH") { Description = "As it was shared." };

    public UnshareCommand() : base("unshare", "Stop offering a file or folder") => Add(_path, ValueKinds.Share);

    public override IReadOnlyList<string> Details => ["The files themselves stay where they are."];

    public override IReadOnlyList<Example> Examples =>
        [new("unshare ~/Maps", "Nobody can request what is in it any more.")];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        var path = Paths.Full(parsed.GetRequiredValue(_path));
        await context.Node.UnshareAsync(path, cancel);
        context.Screen.Json(new DoneInfo(Name), ControlJson.Default.DoneInfo);
        context.Screen.Line($"No longer sharing {path}.");
        return ExitCode.Done;
    }
}
