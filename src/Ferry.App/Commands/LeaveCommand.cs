using System.CommandLine;
using Ferry.App.Control;

namespace Ferry.App.Commands;

internal sealed class LeaveCommand() : FerryCommand("leave", "Leave the network in an orderly way")
{
    public override IReadOnlyList<string> Details =>
    [
        "The neighbours learn it at once. The node goes on running, alone; unfinished transfers stay in its log " +
        "and go on after the next join.",
    ];

    public override IReadOnlyList<Example> Examples => [new("leave", "Says goodbye to all neighbours.")];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        await context.Node.LeaveAsync(cancel);
        context.Screen.Json(new DoneInfo(Name), ControlJson.Default.DoneInfo);
        context.Screen.Line($"Left the network. '{context.Typed("join ADDRESS")}' comes back; unfinished transfers " +
            "wait for it.");
        return ExitCode.Done;
    }
}
