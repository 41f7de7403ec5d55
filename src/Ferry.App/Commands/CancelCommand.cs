using System.CommandLine;
using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

internal sealed class CancelCommand : FerryCommand
{
    private readonly Argument<string> _transfer = new("TRANSFER")
    {
        Description = "The beginning of its id, as 'ferry transfers' shows it.",
    };

    public CancelCommand() : base("cancel", "Stop a transfer for good") => Add(_transfer, ValueKinds.Transfer);

    public override IReadOnlyList<string> Details =>
    [
        "TRANSFER is an id that 'ferry transfers' shows; its first digits are enough. It ends that transfer alone: " +
        "an upload to one node leaves those to others. The id of a content that this node only gives ends all " +
        "uploads of it.",
    ];

    public override IReadOnlyList<Example> Examples => [new("cancel 3f9a8c", "Nothing of it will be tried again.")];

    public override async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancel)
    {
        foreach (var ended in await context.Node.CancelAsync(parsed.GetRequiredValue(_transfer), cancel))
        {
            context.Screen.Json(ended, ControlJson.Default.TransferInfo);
            var to = ended.Direction == TransferDirection.Upload ? $" to {ShortId.Of(ended.Peer)}" : "";
            var percent = Units.Percent(ended.DoneBytes, ended.Size);
            context.Screen.Line($"Cancelled the {ended.Direction.Name()} of {ended.Name}{to} at {percent} %.");
            if (ended.LeftBehind is { } left)
                context.Screen.Line($"Its partial file {left} cannot be deleted: delete it by hand.");
        }
        return ExitCode.Done;
    }
}
